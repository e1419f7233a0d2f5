// <support-form><form>…: asks only what the chosen topic and cameras need, keeps the draft here and on the server,
// sends once, and loses nothing when the network is away. Without scripts the form works as it stands.
const SAVE_AFTER = 700
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "files", "key"])

customElements.define("support-form", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form")
    this.note = this.querySelector('[data-part="note"]')
    this.place = `camdesk:${this.dataset.place}`
    this.restore()
    this.form.addEventListener("input", (event) => this.changed(event))
    this.form.addEventListener("change", (event) => this.changed(event))
    this.form.addEventListener("submit", (event) => this.send(event))
    addEventListener("online", () => this.save())
    addEventListener("pagehide", () => this.keepHere())
  }

  changed(event) {
    if (event.type === "change" && (event.target.name === "topic" || event.target.name === "cameras")) this.ask()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.save(), SAVE_AFTER)
    this.keepHere()
  }

  // The questions are made by the server from what is chosen and answered so far; nothing that was ticked is lost.
  async ask() {
    const asking = this.asking = {}
    const data = new FormData(this.form)
    data.delete("files")
    try {
      const answer = await fetch(this.dataset.questions, { method: "POST", body: data, headers: { "HX-Request": "true" } })
      if (!answer.ok || asking !== this.asking) return
      const html = await answer.text()
      const part = this.querySelector('[data-part="questions"]')
      part.innerHTML = html
      const about = this.querySelector("[data-about-cameras]")
      about.hidden = answer.headers.get("X-Asks-Cameras") === "no"
    } catch { /* offline: the questions stay as they were */ }
  }

  async save() {
    clearTimeout(this.timer)
    if (this.sending) return
    const data = new FormData(this.form)
    data.delete("files")
    try {
      const answer = await fetch(this.dataset.draft, { method: "POST", body: data })
      this.say(answer.ok ? this.dataset.saved : this.dataset.kept)
    } catch {
      this.say(this.dataset.kept)
    }
  }

  keepHere() {
    if (this.sending) return
    const kept = [...new FormData(this.form)].filter(([name, value]) => !NOT_KEPT.has(name) && typeof value === "string")
    try { localStorage.setItem(this.place, JSON.stringify({ at: Date.now(), kept })) } catch { /* private mode */ }
  }

  // What the server did not get (no network, closed tab) comes back from this browser, into empty fields only.
  restore() {
    let stored
    try { stored = JSON.parse(localStorage.getItem(this.place) || "null") } catch { stored = null }
    if (!stored || Date.now() - stored.at > 14 * 86400e3 || this.querySelector(".error-summary")) return
    for (const [name, value] of stored.kept) {
      const field = this.form.elements.namedItem(name)
      if (!field || name === "attachments") continue
      if (field instanceof RadioNodeList || field.type === "checkbox") {
        for (const box of field instanceof RadioNodeList ? field : [field]) if (box.value === value) box.checked = true
      } else if (!field.value) {
        field.value = value
      }
    }
  }

  send(event) {
    if (this.sending) return event.preventDefault()
    if (!navigator.onLine) {
      event.preventDefault()
      return this.say(this.dataset.offline)
    }
    this.sending = true
    clearTimeout(this.timer)
    this.say(this.dataset.sending)
    const button = this.form.querySelector("button.button-primary")
    button?.setAttribute("aria-disabled", "true")
    try { localStorage.removeItem(this.place) } catch { /* private mode */ }
    // A page that comes back from the browser's memory may send again; the key makes that safe.
    addEventListener("pageshow", () => {
      this.sending = false
      button?.removeAttribute("aria-disabled")
    }, { once: true })
  }

  say(words) {
    if (this.note && this.note.textContent !== words) this.note.textContent = words
  }
})
