// <toast-region>: what the page says back, in a corner, politely. Anyone may call
//   camdesk.toast("Обращение решено", { undo() {…} })          an undo stays ten seconds
//   camdesk.toast("Пора перезвонить", { link: { href, label } })       a link stays twelve
//   camdesk.toast("Не получилось", { tone: "trouble", retry() {…} })   trouble stays until it is closed
// It also says when the connection goes and comes, and when an htmx request failed.
window.camdesk ??= {}

customElements.define("toast-region", class extends HTMLElement {
  connectedCallback() {
    for (const toast of this.querySelectorAll(".toast")) this.settle(toast, 6000)
    this.offline = null
    addEventListener("offline", () => { this.offline ??= this.say(this.dataset.offline, { tone: "trouble" }) })
    addEventListener("online", () => {
      if (!this.offline) return
      this.offline.remove()
      this.offline = null
      this.say(this.dataset.online)
    })
    document.addEventListener("htmx:responseError", (event) => {
      const status = event.detail.xhr.status
      this.say(status === 401 || status === 403 ? this.dataset.expired : this.dataset.failed, { tone: "trouble" })
    })
    document.addEventListener("htmx:sendError", () => {
      if (!this.offline) this.say(this.dataset.failed, { tone: "trouble" })
    })
    // A response may bring its words in the HX-Trigger header: {"toast": {"text": "…", "undo": "/address"}}.
    document.addEventListener("toast", (event) => {
      const { text, tone, undo } = event.detail
      this.say(text, { tone, undo: undo && (() => htmx.ajax("POST", undo, { swap: "none" })) })
    })
  }

  say(text, { tone = "good", undo, retry, link } = {}) {
    const toast = document.createElement("div")
    toast.className = `toast tone-${tone}`
    const words = document.createElement("p")
    words.textContent = text
    toast.append(words)
    if (undo) toast.append(this.button(this.dataset.undo, toast, undo))
    if (retry) toast.append(this.button(this.dataset.retry, toast, retry))
    if (link) toast.append(Object.assign(document.createElement("a"), { href: link.href, textContent: link.label }))
    this.append(toast)
    this.settle(toast, link ? 12_000 : undo ? 10_000 : tone === "trouble" ? 0 : 5000)
    return toast
  }

  button(label, toast, act) {
    const button = document.createElement("button")
    button.type = "button"
    button.textContent = label
    button.addEventListener("click", () => { toast.remove(); act() })
    return button
  }

  // Goes by itself after `stay` ms, but never under a pointer or the focus; 0 stays until it is closed.
  settle(toast, stay) {
    if (!stay || toast.classList.contains("tone-trouble")) {
      toast.append(this.button(this.dataset.close, toast, () => {}))
      return
    }
    const leave = () => toast.matches(":hover, :focus-within") ? setTimeout(leave, 1500) : toast.remove()
    setTimeout(leave, stay)
  }
})

camdesk.toast = (text, options) => document.querySelector("toast-region").say(text, options)
