// <call-backs data-news>: the list of those to be called, as it is now: fetched anew after each deed and each reminder.
// While a menu is open or a field is used, nothing is taken away under the hand; the next news brings it.
customElements.define("call-backs", class extends HTMLElement {
  connectedCallback() {
    this.later = () => this.fetch()
    this.hint = ({ detail }) => { if (detail.callback || detail.callbacks) this.fetch() }
    document.addEventListener("callbacks", this.later)
    document.addEventListener("camdesk:hint", this.hint)
  }

  disconnectedCallback() {
    document.removeEventListener("callbacks", this.later)
    document.removeEventListener("camdesk:hint", this.hint)
  }

  async fetch() {
    const answer = await fetch(this.dataset.news).catch(() => null)
    if (!answer?.ok || this.querySelector("details.menu[open]")) return
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#call-backs")
    if (!fresh) return
    const open = this.querySelector(".backs-settled")?.open
    this.replaceChildren(document.adoptNode(fresh))
    if (open) this.querySelector(".backs-settled")?.setAttribute("open", "")
    htmx.process(this)
  }
})
