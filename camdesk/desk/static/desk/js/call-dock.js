// <call-dock data-now data-due="/desk/call-backs/">: the cards of calls that are for this screen. A hint says that a call
// moved; what goes on now is fetched from the server, so a page that was reloaded, or missed a hint, shows the same.
// Nothing takes the focus or moves what one types: cards lie over the corner, and a changed card gives the focus back.
// What is folded, opened or put away is remembered in this browser for as long as the call is shown. On a phone a card
// begins as a bar of one line and opens on a tap.
const KEPT = "camdesk-calls"
const phone = matchMedia("(max-width: 48em)")
const AGAIN = 20_000 // a card leaves by itself some time after its call is over

customElements.define("call-dock", class extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector(".call-cards")
    this.says = this.querySelector("[role=status]")
    document.addEventListener("camdesk:hint", ({ detail }) => {
      if (detail.call || detail.callbacks) this.fetch()
      if (detail.callback) this.remind(detail.callback)
    })
    document.addEventListener("camdesk:resync", () => this.fetch())
    document.addEventListener("calls", () => this.fetch())
    document.addEventListener("callbacks", () => this.fetch())
    addEventListener("storage", (event) => { if (event.key === KEPT) this.arrange() })
    phone.addEventListener("change", () => this.arrange())
    this.addEventListener("click", (event) => this.press(event))
  }

  async fetch() {
    if (this.fetching) return void (this.again = true)
    this.fetching = true
    try {
      const answer = await fetch(this.dataset.now, { headers: { "HX-Request": "true" } })
      if (answer.ok && !answer.redirected) this.take(new DOMParser().parseFromString(await answer.text(), "text/html"))
    } catch { /* offline: the stream's resync asks again */ }
    this.fetching = false
    if (!this.again) return
    this.again = false
    this.fetch()
  }

  take(news) {
    this.count(news.querySelector('[data-part="due"]').dataset.count)
    const fresh = [...news.querySelectorAll(".call-card")]
    const ids = fresh.map((card) => card.dataset.call)
    for (const card of [...this.list.children]) if (!ids.includes(card.dataset.call)) card.remove()
    for (const card of fresh) this.place(document.adoptNode(card))
    this.forget(ids)
    this.arrange()
    clearTimeout(this.timer)
    if (fresh.length) this.timer = setTimeout(() => this.fetch(), AGAIN)
  }

  place(card) {
    card.source = card.outerHTML
    const old = this.list.querySelector(`[data-call="${card.dataset.call}"]`)
    if (old?.source === card.source) return
    if (!old || old.dataset.state !== card.dataset.state) this.says.textContent = card.dataset.says
    if (!old) {
      this.list.append(card)
    } else {
      const held = old.contains(document.activeElement) && document.activeElement.dataset.focus
      old.replaceWith(card)
      if (held) (card.querySelector(`[data-focus="${held}"]`) ?? card.querySelector("[data-fold]")).focus({ preventScroll: true })
    }
    htmx.process(card)
  }

  press(event) {
    const card = event.target.closest(".call-card")
    if (!card) return
    const kept = this.kept()
    const id = card.dataset.call
    const folded = this.how(card, kept) === "folded"
    if (event.target.closest("[data-hide]")) kept[id] = "hidden"
    else if (event.target.closest("[data-fold]") || (folded && phone.matches)) kept[id] = folded ? "open" : "folded"
    else return
    event.preventDefault() // the name leads to its person once the card is open
    this.keep(kept)
    this.arrange()
  }

  arrange() {
    const kept = this.kept()
    for (const card of this.list.children) {
      const how = this.how(card, kept)
      card.hidden = how === "hidden"
      card.classList.toggle("is-folded", how === "folded")
      const button = card.querySelector("[data-fold]")
      button.setAttribute("aria-expanded", String(how !== "folded"))
      button.setAttribute("aria-label", how === "folded" ? button.dataset.unfold : button.dataset.folding)
    }
  }

  how(card, kept) {
    return kept[card.dataset.call] ?? (phone.matches ? "folded" : "open")
  }

  kept() {
    try {
      return JSON.parse(localStorage.getItem(KEPT)) ?? {}
    } catch {
      return {}
    }
  }

  keep(kept) {
    try {
      localStorage.setItem(KEPT, JSON.stringify(kept))
    } catch { /* a browser that keeps nothing: the card folds until the next page */ }
  }

  forget(ids) {
    const kept = this.kept()
    const gone = Object.keys(kept).filter((id) => !ids.includes(id))
    if (!gone.length) return
    for (const id of gone) delete kept[id]
    this.keep(kept)
  }

  // How many call-backs are due, in the rail.
  count(due) {
    const link = document.querySelector(`.rail-menu .menu-link[href="${this.dataset.due}"]`)
    if (!link) return
    const was = link.querySelector(".count")
    if (!due) return void was?.remove()
    const now = was ?? link.querySelector(".menu-word").insertAdjacentElement("afterend", document.createElement("span"))
    now.className = "count"
    now.textContent = due
  }

  async remind(id) {
    this.fetch()
    try {
      const answer = await fetch(`${this.dataset.due}${id}/reminder`)
      if (answer.status !== 200) return
      const { text, href, label } = await answer.json()
      camdesk.toast(text, { tone: "attention", link: { href, label } })
    } catch { /* offline: the number in the rail tells when it is back */ }
  }
})
