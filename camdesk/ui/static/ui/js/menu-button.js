// <menu-button> around <details class="menu">: closes on Escape and outside clicks, arrows walk through the items.
// Items that would leave their pane open to the other side.
customElements.define("menu-button", class extends HTMLElement {
  connectedCallback() {
    this.details = this.querySelector("details")
    this.details.addEventListener("toggle", () => this.toggled())
    this.addEventListener("keydown", (event) => this.walk(event))
    this.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.contains(event.relatedTarget)) this.details.open = false
    })
    this.outside = (event) => { if (!this.contains(event.target)) this.details.open = false }
  }

  disconnectedCallback() {
    document.removeEventListener("pointerdown", this.outside)
  }

  toggled() {
    const act = this.details.open ? "addEventListener" : "removeEventListener"
    document[act]("pointerdown", this.outside)
    this.details.classList.remove("menu-flipped")
    if (!this.details.open) return
    const room = (this.closest(".pane") ?? document.documentElement).getBoundingClientRect()
    const items = this.details.querySelector(".menu-items").getBoundingClientRect()
    this.details.classList.toggle("menu-flipped", items.right > room.right || items.left < room.left)
  }

  walk(event) {
    if (event.key === "Escape" && this.details.open) {
      event.stopPropagation()
      this.details.open = false
      this.details.querySelector("summary").focus()
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step || (!this.details.open && step < 0)) return
    event.preventDefault()
    this.details.open = true
    const items = [...this.details.querySelectorAll(".menu-items :is(a, button):not([disabled])")]
    const at = items.indexOf(document.activeElement)
    items[(at + step + items.length) % items.length]?.focus()
  }
})
