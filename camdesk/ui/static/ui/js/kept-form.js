// <kept-form data-place="outage-new">: what is typed into the form inside is kept in this browser, per person and place,
// until the server has taken it: through a reload, a closed tab, no network. Sent without a line it waits, and goes once by
// itself when the line is back. Signing out forgets it (message-composer.js). Without scripts it is a plain form.
//
// A plain form leaves the page, so whether it was taken is seen on the page that comes: one that this form led to, that is
// neither an error, nor the way in, nor the same form with what is wrong in it.
const KEPT = "camdesk:form:", KEPT_FOR = 14 * 86400e3
const TEXT = "textarea, select, input:not([type=hidden], [type=password], [type=file], [type=checkbox], [type=radio], [type=submit])"
const who = () => document.querySelector("[data-who]")?.dataset.who ?? ""
const read = (name) => {
  try {
    const found = JSON.parse(localStorage.getItem(name))
    return found && Date.now() - found.at < KEPT_FOR ? found : null
  } catch { return null }
}
const write = (name, value) => {
  try {
    if (value) localStorage.setItem(name, JSON.stringify({ ...value, at: Date.now() }))
    else localStorage.removeItem(name)
  } catch { /* private mode: the field itself is all there is */ }
}

// Forms that were sent from the page before this one: taken, or still ours to keep.
const settle = () => {
  const came = performance.getEntriesByType("navigation")[0]?.type === "navigate" && document.referrer
  const answered = !document.querySelector(".error-page") && !location.pathname.startsWith("/account/")
  let names = []
  try { names = Object.keys(localStorage).filter((name) => name.startsWith(KEPT)) } catch { return }
  for (const name of names) {
    const stored = read(name)
    if (!stored?.from) continue
    const again = document.querySelector(`kept-form[data-place="${CSS.escape(stored.place)}"]`)
    const wrong = again?.querySelector('[aria-invalid="true"], .error-summary')
    write(name, came === stored.from && answered && !wrong ? null : { ...stored, from: "" })
  }
}
settle()

customElements.define("kept-form", class extends HTMLElement {
  connectedCallback() {
    this.name = `${KEPT}${who()}:${this.dataset.place}`
    this.listeners = new AbortController()
    const { signal } = this.listeners
    this.addEventListener("input", () => this.keep(), { signal })
    this.addEventListener("submit", (event) => this.sent(event), { signal, capture: true })
    // Before the answer is dealt with: it may close the dialog that we stand in.
    this.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
      if (detail.xhr.status < 400 && detail.requestConfig.verb === "post") write(this.name, null)
    }, { signal })
    this.restore()
  }

  disconnectedCallback() {
    this.listeners.abort()
  }

  get form() {
    return this.querySelector("form")
  }

  keep(from = "") {
    const texts = [...this.form.querySelectorAll(TEXT)].filter((field) => field.name)
    const typed = texts.some((field) => field.matches("textarea, [type=text], :not([type])") && field.value.trim())
    const boxes = [...this.form.querySelectorAll("input:is([type=checkbox], [type=radio]):checked")]
    const fields = [...texts, ...boxes].map(({ name, value }) => [name, value])
    write(this.name, typed || boxes.length ? { place: this.dataset.place, fields, from } : null)
  }

  // What the server has filled in itself, after a refusal, is newer than what is kept here.
  restore() {
    const stored = read(this.name)
    if (!stored || this.querySelector('[aria-invalid="true"]')) return
    const values = new Map()
    for (const [name, value] of stored.fields) values.set(name, [...(values.get(name) ?? []), value])
    for (const field of this.form.querySelectorAll(TEXT)) {
      const value = values.get(field.name)?.shift()
      const gone = field.matches("select") && ![...field.options].some((option) => option.value === value)
      if (value !== undefined && !gone) field.value = value
    }
    for (const box of this.form.querySelectorAll("input:is([type=checkbox], [type=radio])")) {
      box.checked = (values.get(box.name) ?? []).includes(box.value)
    }
  }

  sent(event) {
    if (event.defaultPrevented) return
    if (navigator.onLine) return this.keep(location.href)
    event.preventDefault()
    event.stopImmediatePropagation()
    this.keep()
    if (this.waits) return
    this.waits = true
    const region = document.querySelector("toast-region")
    region.say(region.dataset.waiting, { tone: "attention" })
    addEventListener("online", () => {
      this.waits = false
      this.form?.requestSubmit(event.submitter?.isConnected ? event.submitter : null)
    }, { once: true, signal: this.listeners.signal })
  }
})
