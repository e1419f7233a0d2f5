// <flow-drawing>: a dialogue may be drawn wider than the page; it opens with its first step in sight.
customElements.define("flow-drawing", class extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector(".flow-drawing")
    const first = box?.querySelector(".flow-ground")
    if (!first) return
    const edge = box.getBoundingClientRect(), step = first.getBoundingClientRect()
    box.scrollLeft += step.left + step.width / 2 - edge.left - edge.width / 2
  }
})
