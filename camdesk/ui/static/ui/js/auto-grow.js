// <auto-grow><textarea>: as tall as its text, where the browser cannot do it by `field-sizing`.
customElements.define("auto-grow", class extends HTMLElement {
  connectedCallback() {
    const area = this.querySelector("textarea")
    if (!area || CSS.supports("field-sizing", "content")) return
    const grow = () => {
      area.style.height = "auto"
      area.style.height = `${area.scrollHeight + 2}px`
    }
    area.addEventListener("input", grow)
    grow()
  }
})
