// <message-composer data-who data-place data-draft>: where one writes, on the desk, on a request's page and in the chat.
// What is typed is kept in this browser, per person and place, until the server has it: through a reload, a closed tab, no
// network. What is sent waits in a line, each under a client id of its own, so that a retry is no second message; the line
// goes on by itself when the connection is back, and after a reload. Signing out forgets all of it.
//
//   data-who, data-place   whose words, and where they belong
//   data-draft             where the draft is kept on the server too (another device goes on with it)
//   data-send="ctrl"       Ctrl+Enter sends; else Enter does and Shift+Enter breaks the line
//   data-side              how a message looks while it is on its way (a button may say it too, and where it posts: formaction)
//   data-error             id of the line that says why something was refused
//
// Around it somebody may carry what is sent (the chat): `composer.carrier = {prepare(sent), post(sent)}`. What was pressed
// there goes through the same line (`put`), but is kept by nobody. The words it says stand on <toast-region>.
// Without scripts it is a plain form.
const SAVE_AFTER = 800, KEPT_FOR = 14 * 86400e3, PAUSES = [1000, 3000, 8000, 15000], MOST_FAULTS = 6
const WORDS = "camdesk:words:", NOT_KEPT = ["csrfmiddlewaretoken", "files"]
// crypto.randomUUID exists only over https and on localhost; an installation in a closed network may have neither.
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")
const words = () => document.querySelector("toast-region").dataset
const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || ""

class Refused extends Error {}  // the server said no, in words: trying again changes nothing
class Fault extends Error {}  // it answered, but not with what we need: a few tries, then the person is asked

// What waited while a chat began belongs into that chat, unless it was tried as a beginning of its own.
const follow = (sent, chat) => {
  if (sent.tried || !sent.fields.some(([name]) => name === "key")) return
  sent.url = sent.url.replace(/starts\/$/, `${chat}/events/`)
  sent.fields = sent.fields.map(([name, value]) => [name === "key" ? "client_id" : name, value])
}

// What is kept of one place: {at, text, kind, unsaved, files, sent: [{client, url, fields, words, files, side, tried}]}
const kept = {
  read(name) {
    try {
      const found = JSON.parse(localStorage.getItem(name)) ?? {}
      return Date.now() - found.at < KEPT_FOR ? { sent: [], ...found } : { sent: [] }
    } catch { return { sent: [] } }
  },
  write(name, change) {
    const now = { ...this.read(name), ...change, at: Date.now() }
    try {
      if (now.text?.trim() || now.sent.length) localStorage.setItem(name, JSON.stringify(now))
      else localStorage.removeItem(name)
    } catch { /* private mode: the field itself is all there is */ }
  },
  forgetAll() {
    for (const storage of [localStorage, sessionStorage]) {
      for (const name of Object.keys(storage)) if (/^(camdesk:|files:)/.test(name)) storage.removeItem(name)
    }
  },
}

document.addEventListener("submit", (event) => {
  if (event.target.matches('form[action$="/account/logout/"]')) try { kept.forgetAll() } catch { /* private mode */ }
}, true)

customElements.define("message-composer", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form")
    this.area = this.querySelector("textarea")
    this.says = this.querySelector("[data-saved]")
    this.name = `${WORDS}${this.dataset.who}:${this.dataset.place}`
    const moved = Boolean(this.line)  // a chat that has just begun takes it along into its new place
    this.line ??= Promise.resolve()
    this.waiting ??= 0
    this.listeners = new AbortController()
    const { signal } = this.listeners
    this.form.addEventListener("submit", (event) => this.send(event), { signal })
    this.area.addEventListener("keydown", (event) => this.key(event), { signal })
    this.form.addEventListener("input", () => this.typed(), { signal })
    this.form.addEventListener("change", () => this.typed(), { signal })
    this.form.addEventListener("files-changed", () => this.soon(), { signal })
    addEventListener("online", () => this.wake?.(), { signal })
    if (!moved) this.restore()
  }

  disconnectedCallback() {
    this.listeners.abort()
    clearTimeout(this.timer)
    queueMicrotask(() => { if (!this.isConnected) this.wake?.() })
  }

  get thread() {
    return this.carrier?.thread ?? document.getElementById("thread")
  }

  get picker() {
    return this.querySelector("file-picker")
  }

  // --- what is typed

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

  typed() {
    kept.write(this.name, { text: this.area.value, kind: this.form.elements.kind?.value, unsaved: true })
    this.soon()
  }

  soon() {
    if (!this.dataset.draft) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.save(), SAVE_AFTER)
  }

  async save() {
    const data = new FormData(this.form), text = this.area.value
    data.delete("files")
    try {
      const answer = await fetch(this.dataset.draft, { method: "POST", body: data })
      if (!answer.ok || answer.redirected || this.area.value !== text) return
      kept.write(this.name, { unsaved: false })
      if (this.says && text) this.says.textContent = this.says.dataset.saved
    } catch { /* offline: the words are kept here, the next stroke tries again */ }
  }

  // What the server has is as new as ours, unless it never got ours.
  restore() {
    const mine = kept.read(this.name)
    if (mine.text && (mine.unsaved || !this.area.value)) {
      this.area.value = mine.text
      const kind = mine.kind && this.form.querySelector(`[name=kind][value="${CSS.escape(mine.kind)}"]:not(:disabled)`)
      if (kind) kind.checked = true
    }
    // One goes on writing at the end of what is there.
    this.area.setSelectionRange(this.area.value.length, this.area.value.length)
    this.picker?.giveBack?.(mine.files ?? [])
    if (mine.files) kept.write(this.name, { files: undefined })
    // Rows are there, and whoever carries the line has come, one turn later.
    queueMicrotask(() => { for (const sent of mine.sent) if (!this.arrived(sent)) this.join(sent) })
  }

  // The answer was lost, not the message: it stands in the conversation already.
  arrived(sent) {
    const there = this.thread?.list.querySelector(`[data-client-id="${CSS.escape(sent.client)}"]`)
    if (there) this.drop(sent)
    return Boolean(there)
  }

  // --- sending

  send(event) {
    if (event.defaultPrevented || !this.carrier && !this.thread.dataset.since) return  // an earlier page: the form leads on
    event.preventDefault()
    const button = event.submitter ?? this.mainButton()
    const data = new FormData(this.form, button ?? undefined)
    const words = this.area.value.trim()
    if ((!words && !data.getAll("attachments").length) || this.picker?.busy?.()) return this.area.focus()
    const fields = [...data].filter(([name, value]) => typeof value === "string" && !NOT_KEPT.includes(name))
    const url = button?.hasAttribute("formaction") ? button.formAction : this.form.action
    const sent = { client: newId(), url, fields, words, files: this.picker?.take?.() ?? [], side: button?.dataset.side ?? this.dataset.side }
    sent.fields = [...fields.filter(([name]) => name !== "client_id"), ["client_id", sent.client]]
    this.carrier?.prepare(sent)
    this.tell("")
    this.area.value = ""
    this.area.dispatchEvent(new Event("input", { bubbles: true }))
    clearTimeout(this.timer)
    if (this.says) this.says.textContent = ""
    kept.write(this.name, { text: "", unsaved: false, sent: [...kept.read(this.name).sent, sent] })
    this.join(sent)
    this.area.focus()
  }

  // What somebody pressed beside the field: in the same line, so that all arrives in its order.
  put(sent) {
    this.join(Object.assign(sent, { client: sent.client ?? newId(), pressed: true }))
  }

  join(sent) {
    const files = sent.files?.map(({ name }) => name) ?? []
    const row = this.thread.pending({ words: sent.words, files, client: sent.client, side: sent.side })
    this.waiting += 1
    this.line = this.line.then(() => this.deliver(sent, row)).finally(() => { this.waiting -= 1 })
  }

  // Its first try has begun: from now on it may have arrived.
  mark(sent) {
    sent.tried = true
    kept.write(this.name, { sent: kept.read(this.name).sent.map((other) => (other.client === sent.client ? sent : other)) })
  }

  // The place has a name now: what is kept moves there.
  moveTo(place) {
    const mine = kept.read(this.name)
    kept.write(this.name, { text: "", sent: [] })
    this.dataset.place = place
    this.name = `${WORDS}${this.dataset.who}:${place}`
    kept.write(this.name, mine)
  }

  drop(sent) {
    kept.write(this.name, { sent: kept.read(this.name).sent.filter((other) => other.client !== sent.client) })
  }

  async deliver(sent, row) {
    for (let tries = 0, faults = 0; this.isConnected; tries += 1) {
      try {
        await this.post(sent)
        this.drop(sent)
        return
      } catch (error) {
        if (error instanceof Refused) return this.refused(sent, row, error.message)
        faults += error instanceof Fault
        if (!this.isConnected) return  // kept: it goes on from the page one is at now, or the next
        this.thread.failed(row, () => this.wake?.(), error instanceof Fault ? words().failed : words().waiting)
        await this.pause(faults >= MOST_FAULTS ? null : PAUSES[Math.min(tries, PAUSES.length - 1)])
        if (!this.isConnected) return
        this.thread.sending(row)
      }
    }
  }

  // Until the time has passed, the connection is back, or somebody presses «Повторить»; null: until one of the last two.
  pause(ms) {
    return new Promise((wake) => {
      this.wake = wake
      if (ms !== null) setTimeout(wake, ms)
    })
  }

  async post(sent) {
    if (this.carrier) return this.carrier.post(sent, follow)
    const html = await this.ask(sent)
    if (html !== null) this.thread.add(await html.text())
  }

  // The answer to one try; null where it leads elsewhere. Throws Refused, Fault, or what fetch throws without a network.
  async ask({ url, fields }, also = {}) {
    const body = new FormData()
    for (const [name, value] of [...fields, ...Object.entries(also)]) body.append(name, value)
    const answer = await fetch(url, { method: "POST", body, headers: { "HX-Request": "true", "X-CSRFToken": token() } })
    if (answer.headers.get("HX-Redirect")) {
      setTimeout(() => { location.href = answer.headers.get("HX-Redirect") })
      return null
    }
    if (answer.redirected || [401, 403].includes(answer.status)) throw new Refused(words().expired)
    if (answer.ok) return answer
    if (answer.status >= 500) throw new Fault(answer.status)
    const plain = answer.headers.get("Content-Type")?.startsWith("text/plain")
    throw new Refused(plain ? await answer.text() : words().failed)
  }

  // The words go back into the field, the files beside it, the reason above.
  refused(sent, row, reason) {
    row.remove()
    this.drop(sent)
    if (!sent.pressed) {
      this.area.value = [sent.words, this.area.value].filter(Boolean).join("\n")
      this.area.setSelectionRange(this.area.value.length, this.area.value.length)
      this.picker?.giveBack?.(sent.files)
      this.typed()
    }
    this.dispatchEvent(new CustomEvent("camdesk:refused", { bubbles: true, detail: { sent } }))
    this.tell(reason)
  }

  tell(words) {
    const line = document.getElementById(this.dataset.error)
    if (!line) return
    line.textContent = words
    line.hidden = !words
  }
})

// What was sent on a page that is left by now goes on from any other; refused words wait there, where they were typed.
const carryOn = async () => {
  const who = document.querySelector("[data-who]")?.dataset.who
  if (!who) return
  let names = []
  try { names = Object.keys(localStorage).filter((name) => name.startsWith(`${WORDS}${who}:`)) } catch { return }
  let chat = ""
  const here = new Set([...document.querySelectorAll("message-composer")].map((composer) => composer.name))
  for (const name of names.filter((one) => !here.has(one))) {
    for (const sent of kept.read(name).sent) {
      if (chat) follow(sent, chat)
      const body = new FormData()
      for (const [field, value] of sent.fields) body.append(field, value)
      const headers = { "HX-Request": "true", "X-CSRFToken": token() }
      const answer = await fetch(sent.url, { method: "POST", body, headers }).catch(() => null)
      if (!answer || answer.redirected || answer.status >= 500 || [401, 403, 429].includes(answer.status)) return
      chat = answer.headers.get("X-Chat-Whole") && answer.headers.get("X-Chat")
      const now = kept.read(name)
      const text = answer.ok ? now.text : [sent.words, now.text].filter(Boolean).join("\n")
      const files = answer.ok ? now.files : sent.files
      kept.write(name, { text, files, unsaved: true, sent: now.sent.filter((other) => other.client !== sent.client) })
    }
  }
}
addEventListener("online", carryOn)
addEventListener("load", () => (window.requestIdleCallback ?? setTimeout)(carryOn))
