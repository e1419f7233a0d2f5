// <message-composer data-draft><form>…: shows a message at once, sends it under a client id so that a retry is no second
// message, keeps the draft. Enter sends and Shift+Enter breaks the line; with data-send="ctrl" Ctrl+Enter sends.
// A submit button may say where it posts (formaction), and how its message looks while it is on its way (data-side,
// else the composer's own). Without scripts it is a plain form.
const SAVE_AFTER = 800
// crypto.randomUUID exists only over https and on localhost; an installation in a closed network may have neither.
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")

customElements.define("message-composer", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form")
    this.area = this.querySelector("textarea")
    this.says = this.querySelector("[data-saved]")
    this.form.addEventListener("submit", (event) => this.send(event))
    this.area.addEventListener("keydown", (event) => this.key(event))
    this.form.addEventListener("input", () => {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.keep(), SAVE_AFTER)
    })
  }

  key(event) {
    if (event.key !== "Enter" || event.isComposing || event.defaultPrevented) return
    const withCtrl = event.ctrlKey || event.metaKey
    if (this.dataset.send === "ctrl" ? !withCtrl : event.shiftKey || matchMedia("(pointer: coarse)").matches) return
    event.preventDefault()
    this.form.requestSubmit(this.mainButton())
  }

  // The button that Enter means: the one marked so among those that are seen.
  mainButton() {
    const seen = [...this.form.querySelectorAll("button[type=submit]")].filter((button) => button.getClientRects().length)
    return seen.find((button) => button.hasAttribute("data-default")) ?? null
  }

  async keep() {
    clearTimeout(this.timer)
    const data = new FormData(this.form)
    data.delete("files")
    try {
      const answer = await fetch(this.dataset.draft, { method: "POST", body: data })
      if (answer.ok && this.says) this.says.textContent = this.says.dataset.saved
    } catch { /* offline: the words are still in the field, the next stroke tries again */ }
  }

  send(event) {
    if (!this.thread.dataset.since) return  // an earlier page: the form leads to the newest
    event.preventDefault()
    const picker = this.querySelector("file-picker")
    const button = event.submitter ?? this.mainButton()
    const data = new FormData(this.form, button ?? undefined)
    data.delete("files")
    const words = this.area.value.trim()
    if ((!words && !data.getAll("attachments").length) || picker?.busy?.()) return this.area.focus()
    const client = newId()
    data.set("client_id", client)
    const url = button?.hasAttribute("formaction") ? button.formAction : this.form.action
    const row = this.thread.pending({ words, client, side: button?.dataset.side ?? this.dataset.side })
    this.area.value = ""
    this.area.dispatchEvent(new Event("input", { bubbles: true }))
    clearTimeout(this.timer)
    if (this.says) this.says.textContent = ""
    picker?.clear?.()
    this.deliver(url, data, row)
    this.area.focus()
  }

  get thread() {
    return document.getElementById("thread")
  }

  async deliver(url, data, row) {
    try {
      const answer = await fetch(url, { method: "POST", body: data, headers: { "HX-Request": "true" } })
      if (answer.headers.get("HX-Redirect")) return void (location.href = answer.headers.get("HX-Redirect"))
      if (answer.ok) return void this.thread.add(await answer.text())
      const plain = answer.headers.get("Content-Type")?.startsWith("text/plain")
      this.failed(url, data, row, answer.status < 500 && answer.status !== 429, plain ? await answer.text() : "")
    } catch {
      this.failed(url, data, row, false, "")
    }
  }

  // What could not be sent stays on the page with its words and a way to try again; the client id makes that safe.
  failed(url, data, row, refused, sentence) {
    const again = () => {
      if (refused) {
        this.area.value = [data.get("text"), this.area.value].filter(Boolean).join("\n")
        row.remove()
        return this.area.focus()
      }
      this.thread.sending(row)
      this.deliver(url, data, row)
    }
    this.thread.failed(row, again, sentence)
  }
})
