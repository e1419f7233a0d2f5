// <support-form><form>…: asks only what the chosen topic and cameras need, and loses nothing. Without scripts the form
// works as it stands.
//
// What is typed is kept in this browser at once and on the server when one pauses; only what somebody typed or ticked,
// never what the page came with. Sent without a network it waits, here and after a reload, and is sent by itself when the
// line is back: once, because the key of the form goes along.
const SAVE_AFTER = 700
const RETRY_AFTER = [3, 5, 10, 20, 30]
const KEPT_FOR = 14 * 86400e3
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "files"])
const WORDS = new Set(["name", "phone", "email", "text"])

customElements.define("support-form", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form")
    this.note = this.querySelector('[data-part="note"]')
    this.place = `camdesk:${this.dataset.place}`
    this.leaving = new AbortController()
    const { signal } = this.leaving
    this.form.addEventListener("input", (event) => this.changed(event))
    this.form.addEventListener("change", (event) => this.changed(event))
    this.form.addEventListener("files-changed", () => this.later())
    this.form.addEventListener("submit", (event) => this.submitted(event))
    addEventListener("online", () => this.back(), { signal })
    addEventListener("pagehide", () => this.keepHere(), { signal })
    this.touched = Boolean(this.querySelector(".error-summary"))  // what was refused was typed
    if (!this.touched) this.restore()
    else this.keepHere()
  }

  disconnectedCallback() {
    this.leaving.abort()
    clearTimeout(this.timer)
    clearTimeout(this.retry)
  }

  changed(event) {
    if (event.target.dataset.part === "search") return
    this.touched = true
    this.version = (this.version ?? 0) + 1
    if (this.waiting) this.hold()
    const { name } = event.target
    const common = event.target.closest(".answers-same")
    if (event.type === "change" && (name === "topic" || name === "cameras" || common)) this.ask()
    this.later()
  }

  later() {
    if (!this.touched) return
    this.keepHere()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.save(), SAVE_AFTER)
  }

  // ---------------------------------------------------------------- the questions

  data() {
    const data = new FormData(this.form)
    data.delete("files")
    return data
  }

  // The questions are made by the server from what is chosen and answered so far; nothing that was ticked is lost.
  async ask(data = this.data()) {
    const asking = this.asking = {}
    const version = this.version
    try {
      const answer = await fetch(this.dataset.questions, { method: "POST", body: data, headers: { "HX-Request": "true" } })
      if (!answer.ok || answer.redirected || asking !== this.asking) return
      const html = await answer.text()
      if (asking !== this.asking) return
      if (version !== this.version) return this.ask()  // somebody went on answering meanwhile
      this.put(new DOMParser().parseFromString(html, "text/html"))
      this.querySelector("[data-about-cameras]").hidden = answer.headers.get("X-Asks-Cameras") === "no"
      this.keepHere()
    } catch { /* offline: the questions stay as they were */ }
  }

  put(fresh) {
    const focused = document.activeElement?.id
    const row = document.activeElement?.closest?.("tr")?.id
    const unfolded = new Set([...this.querySelectorAll("details[open][id]")].map((one) => one.id))
    const scrolled = this.querySelector(".answers")?.scrollTop ?? 0
    for (const name of ["questions", "further"]) {
      this.querySelector(`[data-part="${name}"]`).innerHTML = fresh.querySelector(`[data-part="${name}"]`).innerHTML
    }
    for (const one of this.querySelectorAll("details[id]")) if (unfolded.has(one.id)) one.open = true
    const table = this.querySelector(".answers")
    if (table) table.scrollTop = scrolled
    if (document.activeElement !== document.body) return
    const again = (focused && document.getElementById(focused)) || (row && document.getElementById(row)?.querySelector("select, button"))
    if (again) again.focus({ preventScroll: true })
    else if (focused !== undefined && this.rowAsked) table?.focus({ preventScroll: true })
  }

  // ---------------------------------------------------------------- what is kept

  async save() {
    clearTimeout(this.timer)
    if (!this.touched || this.sending || this.waiting) return
    const version = this.version
    try {
      const answer = await fetch(this.dataset.draft, { method: "POST", body: this.data() })
      if (this.sending || this.waiting) return
      const saved = answer.ok && !answer.redirected
      this.say(saved ? this.dataset.saved : this.dataset.kept)
      if (saved && version === this.version) this.keepHere({ saved: true })
    } catch {
      if (!this.waiting) this.say(this.dataset.kept)
    }
  }

  keepHere({ saved = false } = {}) {
    if (!this.touched || this.sent) return
    const kept = [...new FormData(this.form)].filter(([name, value]) => !NOT_KEPT.has(name) && typeof value === "string")
    const stored = { at: Date.now(), kept, saved, waiting: Boolean(this.waiting) }
    try { localStorage.setItem(this.place, JSON.stringify(stored)) } catch { /* a private window keeps nothing */ }
  }

  forget() {
    try { localStorage.removeItem(this.place) } catch { /* a private window keeps nothing */ }
  }

  // What the server did not get (no network, closed tab) comes back from this browser. Whoever comes from a camera's page
  // means that camera: then only their words come back.
  restore() {
    let stored
    try { stored = JSON.parse(localStorage.getItem(this.place) || "null") } catch { stored = null }
    if (!stored || Date.now() - stored.at > KEPT_FOR || (stored.saved && !stored.waiting)) return
    const from = new URLSearchParams(location.search)
    const elsewhere = (from.has("camera") || from.has("topic")) && !stored.waiting
    const values = new Map()
    for (const [name, value] of stored.kept) values.set(name, [...(values.get(name) ?? []), value])
    for (const field of this.form.elements) {
      if (!field.name || NOT_KEPT.has(field.name) || field.name === "attachments") continue
      if (elsewhere ? !WORDS.has(field.name) : field.closest('[data-part="questions"], [data-part="further"]')) continue
      if (field.type === "checkbox" || field.type === "radio") field.checked = (values.get(field.name) ?? []).includes(field.value)
      else if (values.has(field.name)) field.value = values.get(field.name).at(-1)
    }
    this.touched = true
    this.querySelector("camera-picker")?.tell?.()
    if (elsewhere) return this.save()
    const data = new FormData()
    for (const [name, value] of stored.kept) data.append(name, value)
    data.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value)
    if (stored.waiting) return this.deliver(data)
    this.ask(data).then(() => this.save())
  }

  // ---------------------------------------------------------------- sending

  submitted(event) {
    const button = event.submitter
    if (button?.name === "open_row") {
      event.preventDefault()
      const data = this.data()
      data.append("open_row", button.value)
      this.touched = true
      button.closest("tr")?.setAttribute("id", "opened-row")
      this.ask(data)
      return
    }
    if (button?.name) return  // one that shows the form anew
    event.preventDefault()
    if (!this.sending) this.deliver(this.data())
  }

  async deliver(data) {
    clearTimeout(this.timer)
    clearTimeout(this.retry)
    this.touched = this.sending = true
    this.busy(true)
    this.say(this.dataset.sending)
    let answer, html
    try {
      answer = await fetch(this.form.action, { method: "POST", body: data, headers: { "HX-Request": "true" } })
      html = await answer.text()
    } catch {
      return this.wait(data)
    }
    if (answer.status >= 502 && answer.status <= 504) return this.wait(data)
    const there = answer.headers.get("HX-Redirect")
    if (there) {
      this.sent = true
      this.forget()
      return void location.assign(there)
    }
    this.sending = this.waiting = false
    this.busy(false)
    this.keepHere()
    if (answer.redirected) return void location.assign(answer.url)  // signed out: what was typed is here afterwards
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("support-form")
    if (fresh) return this.replaceWith(document.adoptNode(fresh))
    this.say(answer.headers.get("Content-Type")?.startsWith("text/plain") ? html : this.dataset.refused)
  }

  // No line: it waits here, a reload included, and goes by itself.
  wait(data) {
    this.sending = false
    this.waiting = data
    this.busy(false)
    this.keepHere()
    this.say(this.dataset.waiting)
    const seconds = RETRY_AFTER[Math.min(this.tries ?? 0, RETRY_AFTER.length - 1)]
    this.tries = (this.tries ?? 0) + 1
    this.retry = setTimeout(() => this.back(), seconds * 1000)
  }

  back() {
    if (this.sending) return
    if (this.waiting) this.deliver(this.waiting)
    else this.save()
  }

  // Words that are being changed are not sent by themselves.
  hold() {
    clearTimeout(this.retry)
    this.waiting = null
    this.say(this.dataset.held)
  }

  busy(is) {
    const button = this.form.querySelector("button.button-primary")
    if (is) button?.setAttribute("aria-disabled", "true")
    else button?.removeAttribute("aria-disabled")
  }

  say(words) {
    if (this.note && this.note.textContent !== words) this.note.textContent = words
  }
})
