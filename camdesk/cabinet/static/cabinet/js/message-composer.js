// <message-composer><form>…: shows a message at once, sends it under a client id so that a retry is no second message,
// keeps the draft, Enter sends, Shift+Enter breaks the line. Without scripts it is a plain form.
const SAVE_AFTER = 800

customElements.define("message-composer", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form")
    this.area = this.querySelector("textarea")
    this.form.addEventListener("submit", (event) => this.send(event))
    this.area.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return
      event.preventDefault()
      this.form.requestSubmit()
    })
    this.form.addEventListener("input", () => {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.keep(), SAVE_AFTER)
    })
  }

  keep() {
    clearTimeout(this.timer)
    const data = new FormData(this.form)
    data.delete("files")
    fetch(this.dataset.draft, { method: "POST", body: data }).catch(() => {})
  }

  send(event) {
    event.preventDefault()
    const picker = this.querySelector("file-picker")
    const data = new FormData(this.form)
    data.delete("files")
    const words = this.area.value.trim()
    if ((!words && !data.getAll("attachments").length) || picker?.busy) return this.area.focus()
    const client = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`
    data.set("client_id", client)
    const row = this.pending(words, client)
    this.area.value = ""
    this.area.dispatchEvent(new Event("input"))
    clearTimeout(this.timer)
    picker?.clear?.()
    this.deliver(data, row)
    this.area.focus()
  }

  pending(words, client) {
    const row = document.createElement("li")
    row.className = "message message-customer is-sending"
    row.dataset.pending = client
    const bubble = document.createElement("div")
    bubble.className = "bubble"
    const text = document.createElement("div")
    text.className = "text"
    text.textContent = words
    bubble.append(text)
    row.append(bubble)
    document.querySelector("ticket-thread .conversation").append(row)
    row.scrollIntoView({ block: "nearest" })
    return row
  }

  async deliver(data, row) {
    try {
      const answer = await fetch(this.form.action, { method: "POST", body: data, headers: { "HX-Request": "true" } })
      if (answer.headers.get("HX-Redirect")) return void (location.href = answer.headers.get("HX-Redirect"))
      if (answer.ok) return void document.querySelector("ticket-thread").add(await answer.text())
      this.failed(data, row, answer.status < 500 && answer.status !== 429)
    } catch {
      this.failed(data, row, false)
    }
  }

  // What could not be sent stays on the page with its words and a way to try again; the client id makes that safe.
  failed(data, row, refused) {
    row.classList.replace("is-sending", "is-failed")
    const line = document.createElement("p")
    line.className = "delivery tone-trouble"
    line.setAttribute("role", "alert")
    const again = document.createElement("button")
    again.type = "button"
    again.className = "link"
    again.textContent = document.querySelector("toast-region")?.dataset.retry || "↻"
    line.append(document.querySelector("toast-region")?.dataset.failed || "", " ", again)
    row.querySelector(".bubble").append(line)
    again.addEventListener("click", () => {
      line.remove()
      if (refused) {
        this.area.value = data.get("text")
        row.remove()
        return this.area.focus()
      }
      row.classList.replace("is-failed", "is-sending")
      this.deliver(data, row)
    })
  }
})
