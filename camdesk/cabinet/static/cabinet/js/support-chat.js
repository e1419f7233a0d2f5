// <support-chat>: a conversation with the bot and then with a person, in the side panel or on a page of its own.
// Everything is rendered by the server. What is typed and what is pressed goes through the <message-composer> inside, in
// one line: shown at once, sent under a client id, tried again; here is only what a chat does with the answers. The
// conversation itself is the <ticket-thread> inside. Without scripts the forms work as they stand.
const TYPING_AFTER = 350

customElements.define("support-chat", class extends HTMLElement {
  connectedCallback() {
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
    this.addEventListener("camdesk:refused", () => this.again(), { signal })
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
    this.composer = this.querySelector("message-composer")
    this.composer.carrier = this
    this.area = this.composer.querySelector("textarea")
    this.attach = this.part("attach")
    this.attach.hidden = false
  }

  get picker() {
    return this.querySelector("file-picker")
  }

  // --- what is typed

  // Nothing to send: the button says so. What needs a choice waits for one.
  weigh() {
    const empty = !this.area.value.trim() && !this.picker?.files?.length
    this.part("send").toggleAttribute("disabled", empty)
    const button = this.querySelector("[data-needs-choice]")
    button?.toggleAttribute("disabled", !this.querySelector('[data-part="answers"] input:checked'))
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

  // A button was pressed: the form's fields, and what stands on it as the customer's words.
  submitted(event) {
    const form = event.target
    if (event.defaultPrevented || form === this.composer.form) return
    event.preventDefault()
    const fields = [...new FormData(form, event.submitter)].filter(([name]) => !["csrfmiddlewaretoken", "client_id", "key"].includes(name))
    const client = crypto.getRandomValues(new Uint32Array(4)).join("-")
    fields.push([this.chat ? "client_id" : "key", client])
    // What is pressed goes away; whoever pressed it goes on with what comes instead.
    this.lost = this.contains(document.activeElement)
    this.part("answers")?.classList.add("is-past")
    this.composer.tell("")
    this.composer.put({ client, url: form.action, fields, words: this.labelOf(form, event.submitter), side: "customer" })
    this.part("start")?.setAttribute("hidden", "")
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

  // A chat is begun under its key.
  prepare(sent) {
    if (!this.chat) sent.fields = sent.fields.map(([name, value]) => [name === "client_id" ? "key" : name, value])
    this.part("start")?.setAttribute("hidden", "")
  }

  async post(sent, follow) {
    this.thread.follows = true
    const typing = setTimeout(() => this.typing(true), TYPING_AFTER)
    try {
      if (this.chat) follow(sent, this.chat)
      this.composer.mark(sent)
      const answer = await this.composer.ask(sent, { after: this.thread.seq })
      if (!answer.headers.get("X-Chat")) throw new Error("this is no chat")
      const html = await answer.text()
      if (answer.headers.get("X-Chat-Whole")) this.become(html)
      else this.thread.add(html)
    } finally {
      clearTimeout(typing)
      this.thread.follows = this.composer.waiting > 1
      if (!this.thread.follows) this.typing(false)
    }
  }

  // Refused: what was pressed may be pressed again.
  again() {
    this.part("answers")?.classList.remove("is-past")
    this.part("start")?.removeAttribute("hidden")
    this.weigh()
  }

  typing(on) {
    const line = this.part("typing")
    if (line && (!on || this.composer.waiting)) line.hidden = !on || !["bot", undefined].includes(this.turn)
    if (on) this.thread.toEnd()
  }

  // --- receiving

  // A chat has just begun: the whole panel comes, and what is being typed stays.
  become(html) {
    const fresh = document.createElement("template")
    fresh.innerHTML = html
    const next = fresh.content.querySelector("support-chat")
    for (const name of ["chat", "token"]) this.dataset[name] = next.dataset[name] ?? ""
    const left = [...this.thread.list.querySelectorAll("[data-pending]")]
    // The composer goes along with its line and what is being typed; only where it sends to is new.
    const composer = this.composer, theirs = next.querySelector("message-composer")
    // As it is written: a template has no address of its own to resolve it against.
    composer.form.setAttribute("action", theirs.querySelector("form").getAttribute("action"))
    composer.form.querySelector("[name=key]")?.setAttribute("name", "client_id")
    composer.moveTo(theirs.dataset.place)
    this.listeners.abort()
    theirs.replaceWith(composer)
    this.replaceChildren(...next.childNodes)
    const rows = this.querySelector("ticket-thread .conversation")
    for (const row of left) if (!rows.querySelector(`[data-client-id="${CSS.escape(row.dataset.pending)}"]`)) rows.append(row)
    this.connectedCallback()
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
