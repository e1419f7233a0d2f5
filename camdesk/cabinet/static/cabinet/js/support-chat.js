// <support-chat>: a conversation with the bot and then with a person, in the side panel or on a page of its own.
// Everything is rendered by the server; here it is sent at once under a client id (so a retry is no second message) and
// shown while it is on its way. The conversation itself is the <ticket-thread> inside. Without scripts the forms work as
// they stand.
const PAUSES = [1000, 3000, 8000], TYPING_AFTER = 350
// crypto.randomUUID exists only over https and on localhost; an installation in a closed network may have neither.
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("")
const pause = (ms) => new Promise((wake) => {
  const timer = setTimeout(wake, ms)
  addEventListener("online", () => { clearTimeout(timer); wake() }, { once: true })
})

class Refused extends Error {}  // the server said no, in words: trying again changes nothing

customElements.define("support-chat", class extends HTMLElement {
  connectedCallback() {
    this.line = Promise.resolve()
    this.waiting = 0
    this.listeners = new AbortController()
    const { signal } = this.listeners
    this.read()
    this.addEventListener("submit", (event) => this.submitted(event), { signal })
    this.addEventListener("click", (event) => this.clicked(event), { signal })
    this.addEventListener("change", () => this.weigh(), { signal })
    this.addEventListener("files-changed", () => this.weigh(), { signal })
    this.addEventListener("toggle", (event) => this.opened(event), { signal, capture: true })
    for (const name of ["dragover", "drop"]) this.addEventListener(name, (event) => this.dragged(event), { signal })
    this.addEventListener("camdesk:news", ({ detail }) => this.news(detail.rest), { signal })
    this.area.addEventListener("input", () => this.weigh(), { signal })
    this.area.addEventListener("keydown", (event) => this.key(event), { signal })
    this.keepDraft(signal)
    if (this.dataset.token) {
      const { token, who, renew } = this.dataset
      document.dispatchEvent(new CustomEvent("camdesk:listen", { detail: { token, who, renew } }))
    }
    this.weigh()
  }

  disconnectedCallback() {
    this.listeners.abort()
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`)
  }

  read() {
    this.chat = this.dataset.chat
    this.thread = this.querySelector("ticket-thread")
    this.turn = this.part("status")?.dataset.turn
    this.composer = this.part("composer")
    this.area = this.composer.querySelector("textarea")
    this.attach = this.part("attach")
    this.attach.hidden = false
  }

  get picker() {
    return this.querySelector("file-picker")
  }

  // --- what is typed

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
    event.preventDefault()
    this.composer.requestSubmit()
  }

  // Nothing to send: the button says so. What needs a choice waits for one.
  weigh() {
    const empty = !this.area.value.trim() && !this.picker?.files?.length
    this.part("send").toggleAttribute("disabled", empty)
    const button = this.querySelector("[data-needs-choice]")
    button?.toggleAttribute("disabled", !this.querySelector('[data-part="answers"] input:checked'))
  }

  keepDraft(signal) {
    const name = `camdesk:chat-draft-${this.dataset.who}`
    try { this.area.value ||= sessionStorage.getItem(name) ?? "" } catch { /* private mode */ }
    this.area.addEventListener("input", () => {
      try { sessionStorage.setItem(name, this.area.value) } catch { /* private mode */ }
    }, { signal })
  }

  clicked(event) {
    if (event.target.closest('[data-part="attach"]')) this.picker.input.click()
    const another = event.target.closest("[data-chat-open], [data-chat-new]")
    if (another && this.closest("support-panel")) {
      event.preventDefault()
      this.closest("support-panel").load(another.dataset.chatOpen ? `chat=${another.dataset.chatOpen}` : "new=1")
    }
  }

  opened(event) {
    if (event.target.matches?.(".chat-section") && event.target.open) event.target.scrollIntoView({ block: "nearest" })
  }

  // A file dropped anywhere on the chat is meant for the chat; the picker takes what falls on its own form.
  dragged(event) {
    if (!event.dataTransfer?.types.includes("Files") || event.defaultPrevented) return
    event.preventDefault()
    if (event.type === "drop") this.picker.dropped(event.dataTransfer)
  }

  // --- sending

  submitted(event) {
    if (event.defaultPrevented) return
    event.preventDefault()
    const form = event.target, typed = form === this.composer
    const words = typed ? this.area.value.trim() : this.labelOf(form, event.submitter)
    const data = new FormData(form, event.submitter)
    data.delete("files")
    if (typed && !words && !data.getAll("attachments").length) return this.say(this.dataset.empty)
    const client = newId()
    data.set(this.chat ? "client_id" : "key", client)
    this.say("")
    const files = typed ? [...this.querySelectorAll("file-picker .file-name")].map((one) => one.textContent) : []
    const sent = { action: form.action, data, client, typed, words, row: this.thread.pending({ words, files, client }) }
    // What is pressed goes away; whoever pressed it goes on with what comes instead.
    if (!typed) this.lost = this.contains(document.activeElement)
    if (typed) this.emptied()
    else this.part("answers")?.classList.add("is-past")
    this.part("start")?.setAttribute("hidden", "")
    this.line = this.line.then(() => this.deliver(sent))
  }

  labelOf(form, button) {
    if (!button) return ""
    const chosen = [...form.querySelectorAll("input:checked")].map((box) => {
      const label = box.closest("label") ?? form.querySelector(`label[for="${box.id}"]`)
      return (label?.querySelector(".camera-name") ?? label)?.textContent.trim()
    })
    if (button.value === "answer") return chosen.join(", ") || form.querySelector("input[name=value]")?.value || ""
    return button.textContent.trim()
  }

  emptied() {
    this.area.value = ""
    this.area.dispatchEvent(new Event("input", { bubbles: true }))
    this.picker?.clear?.()
    this.weigh()
    this.area.focus()
  }

  async deliver(sent) {
    this.waiting += 1
    this.thread.follows = true
    const typing = setTimeout(() => this.typing(true), TYPING_AFTER)
    try {
      await this.untilAnswered(sent)
    } catch (error) {
      if (error instanceof Refused) this.refused(sent, error.message)
      else this.failed(sent)
    } finally {
      clearTimeout(typing)
      this.waiting -= 1
      this.thread.follows = this.waiting > 0
      if (!this.waiting) this.typing(false)
    }
  }

  async untilAnswered(sent) {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.post(sent)
      } catch (error) {
        if (error instanceof Refused || tries >= PAUSES.length) throw error
        await pause(PAUSES[tries])
      }
    }
  }

  async post(sent) {
    // A chat that began while this waited in line: what comes after belongs into it.
    if (this.chat && sent.data.has("key")) {
      sent.data.set("client_id", sent.client)
      sent.data.delete("key")
      sent.action = this.composer.action
    }
    sent.data.set("after", this.thread.seq)
    const answer = await fetch(sent.action, { method: "POST", body: sent.data, headers: { "HX-Request": "true" } })
    if ([413, 422, 429].includes(answer.status)) throw new Refused(await answer.text())
    if (answer.redirected || answer.status === 403 || answer.status === 401) throw new Refused(this.dataset.expired)
    if (!answer.ok || !answer.headers.get("X-Chat")) throw new Error(answer.status)
    const html = await answer.text()
    if (answer.headers.get("X-Chat-Whole")) this.become(html)
    else this.thread.add(html)
  }

  // The words go back into the field (a button's press just goes), the reason beside it.
  refused(sent, reason) {
    sent.row.remove()
    this.part("answers")?.classList.remove("is-past")
    this.part("start")?.removeAttribute("hidden")
    if (sent.typed && !this.area.value) this.area.value = sent.words
    this.weigh()
    this.say(reason)
  }

  failed(sent) {
    const row = sent.row
    const again = () => {
      this.thread.sending(row)
      this.line = this.line.then(() => this.deliver(sent))
    }
    this.thread.failed(row, again)
    addEventListener("online", () => { if (row.classList.contains("is-failed")) again() }, { once: true, signal: this.listeners.signal })
    this.part("answers")?.classList.remove("is-past")
  }

  say(words) {
    const line = this.part("error")
    line.textContent = words
    line.hidden = !words
  }

  typing(on) {
    const line = this.part("typing")
    if (line && (!on || this.waiting)) line.hidden = !on || !["bot", undefined].includes(this.turn)
    if (on) this.thread.toEnd()
  }

  // --- receiving

  // A chat has just begun: the whole panel comes, and what is being typed stays.
  become(html) {
    const fresh = document.createElement("template")
    fresh.innerHTML = html
    const next = fresh.content.querySelector("support-chat")
    const typed = this.area.value
    for (const name of ["chat", "token"]) this.dataset[name] = next.dataset[name] ?? ""
    const left = [...this.thread.list.querySelectorAll("[data-pending]")]
    this.replaceChildren(...next.childNodes)
    this.listeners.abort()
    this.querySelector("textarea").value = typed
    const rows = this.querySelector("ticket-thread .conversation")
    for (const row of left) if (!rows.querySelector(`[data-client-id="${CSS.escape(row.dataset.pending)}"]`)) rows.append(row)
    const line = this.line, waiting = this.waiting
    this.connectedCallback()
    this.line = line
    this.waiting = waiting
    this.thread.follows = waiting > 0
    if (this.lost) this.focusAnswers()
    else if (!matchMedia("(pointer: coarse)").matches) this.area.focus({ preventScroll: true })
    this.dispatchEvent(new CustomEvent("camdesk:chat-begun", { bubbles: true }))
  }

  // What comes beside the rows: the question as it stands, and how the matter stands.
  news(rest) {
    for (const part of rest) {
      if (part.dataset.part === "answers") this.swap(part)
      else this.part(part.dataset.part)?.replaceWith(part)
    }
    this.turn = this.part("status")?.dataset.turn
    this.weigh()
    this.dispatchEvent(new CustomEvent("camdesk:chat-grown", { bubbles: true }))
  }

  // A question that is still the same keeps what was filled in so far.
  swap(next) {
    const now = this.part("answers")
    if (!next || !now) return
    const same = now.dataset.key === next.dataset.key && !now.classList.contains("is-past")
    if (same) return
    const focused = now.contains(document.activeElement)
    now.replaceWith(next)
    if (focused || this.lost) this.focusAnswers()
  }

  focusAnswers() {
    this.lost = false
    const first = this.part("answers")?.querySelector("button:not([hidden], [data-all]), summary, input:not([type=hidden], [type=search])")
    const bringsUpKeyboard = first?.matches("input") && matchMedia("(pointer: coarse)").matches
    if (first && !bringsUpKeyboard && this.part("answers").querySelector("form")) first.focus({ preventScroll: true })
    else if (!matchMedia("(pointer: coarse)").matches) this.area.focus({ preventScroll: true })
  }
})
