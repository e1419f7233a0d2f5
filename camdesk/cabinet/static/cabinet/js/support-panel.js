// <support-panel>: the frame around the chat on every page. Loads it when it is first opened, stays open from page to
// page, counts what is new on the support button while it is closed, and on a phone takes the whole screen.
const OPEN = "camdesk:support-panel"
const narrow = matchMedia("(max-width: 56em)")

customElements.define("support-panel", class extends HTMLElement {
  connectedCallback() {
    this.place = this.querySelector('[data-part="place"]')
    this.button = document.querySelector('[data-panel="support-panel"]')
    this.button?.setAttribute("aria-expanded", "false")
    this.addEventListener("camdesk:panel-open", () => this.open())
    this.addEventListener("camdesk:panel-close", () => this.close())
    this.addEventListener("camdesk:chat-grown", () => this.fresh(false))
    this.addEventListener("camdesk:chat-begun", () => this.fresh(true))
    this.addEventListener("click", (event) => this.clicked(event))
    narrow.addEventListener("change", () => this.cover())
    // On a phone it covers the page as a page of its own does: Back leaves it.
    addEventListener("popstate", () => { if (!this.hidden && !history.state?.panel) this.querySelector("[data-close-panel]").click() })
    if (history.state?.panel && this.kept !== "open") history.replaceState(null, "")
    document.addEventListener("camdesk:hint", () => this.look())
    document.addEventListener("camdesk:resync", () => this.look())
    if (this.kept === "open") this.restore()
    else (window.requestIdleCallback ?? setTimeout)(() => this.ask())
  }

  get kept() {
    try { return sessionStorage.getItem(OPEN) } catch { return null }
  }

  keep(state) {
    try { sessionStorage.setItem(OPEN, state) } catch { /* private mode: it opens closed on the next page */ }
  }

  // On the page one comes to, where it was: without sliding in and without taking the focus.
  restore() {
    this.classList.add("is-restored")
    this.hidden = false
    this.opener = this.button  // where side-panel.js gives the focus back to
    this.button?.setAttribute("aria-expanded", "true")
    this.open()
  }

  open() {
    this.keep("open")
    this.cover()
    if (narrow.matches && !history.state?.panel) history.pushState({ panel: true }, "")
    this.count(0)
    if (!this.loaded) return void this.load()
    const chat = this.querySelector("support-chat")
    if (chat?.chat) chat.thread.fetch()
    this.focusField()
  }

  close() {
    this.keep("closed")
    this.cover()
    this.classList.remove("is-restored")
    if (history.state?.panel) history.back()
  }

  // A phone's screen is the panel's alone: what lies under it is out of reach for the keyboard and a reader too.
  cover() {
    const alone = !this.hidden && narrow.matches
    for (const other of document.querySelectorAll(".topbar, .sidebar, #main, .bottombar, .skip-link")) other.inert = alone
    document.documentElement.classList.toggle("is-covered", alone)
  }

  async load(query = "") {
    this.loaded = true
    const asking = (this.asking = {})
    const wanted = this.querySelector('[data-part="waiting"]').content.cloneNode(true)
    if (!this.querySelector("support-chat")) this.place.replaceChildren(wanted)
    try {
      const answer = await fetch(`${this.dataset.src}?${query}`, { headers: { "HX-Request": "true" } })
      if (!answer.ok || answer.redirected) throw new Error(answer.status)
      const html = await answer.text()
      if (asking !== this.asking) return
      this.place.innerHTML = html
      this.fresh(Boolean(this.querySelector("support-chat")?.dataset.chat))
      this.focusField()
    } catch {
      if (asking !== this.asking) return
      this.loaded = false
      this.place.replaceChildren(this.querySelector('[data-part="failed"]').content.cloneNode(true))
    }
  }

  // Where one writes, unless that would bring up a keyboard over half of the screen.
  focusField() {
    if (this.classList.contains("is-restored") || this.hidden || matchMedia("(pointer: coarse)").matches) return
    requestAnimationFrame(() => this.querySelector("support-chat textarea")?.focus({ preventScroll: true }))
  }

  fresh(begun) {
    const another = this.querySelector("[data-chat-new]")
    if (begun) another.hidden = false
    this.classList.remove("is-restored")
  }

  clicked(event) {
    if (event.target.closest("[data-again]")) return void this.load()
    const another = event.target.closest(".side-panel-header [data-chat-new]")
    if (another) {
      event.preventDefault()
      another.hidden = true
      return void this.load("new=1")
    }
    // On a phone a link leads under the panel: it steps aside.
    const link = event.target.closest("a[href]")
    if (link && !link.target && !event.defaultPrevented && narrow.matches) this.keep("closed")
  }

  // --- the number on the button

  look() {
    if (!this.hidden) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.ask(), 200)
  }

  async ask() {
    if (!this.hidden) return
    try {
      const answer = await fetch(this.dataset.state, { headers: { Accept: "application/json" } })
      if (!answer.ok || answer.redirected) return
      const { unread, token } = await answer.json()
      if (this.hidden) this.count(unread)
      const { who, renew } = this.dataset
      if (token) document.dispatchEvent(new CustomEvent("camdesk:listen", { detail: { token, who, renew } }))
    } catch { /* no network: the next hint or page tells */ }
  }

  count(unread) {
    if (!this.button) return
    this.button.querySelector(".count")?.remove()
    this.button.setAttribute("aria-label", unread ? `${this.dataset.unread} ${unread}` : this.dataset.name)
    if (!unread) return
    const badge = document.createElement("span")
    badge.className = "count"
    badge.textContent = unread > 9 ? "9+" : unread
    this.button.append(badge)
  }
})
