// <error-summary>: takes the focus when the page opens with errors, and its links put the focus into the control itself.
customElements.define("error-summary", class extends HTMLElement {
  connectedCallback() {
    this.querySelector(".error-summary")?.focus()
    this.addEventListener("click", (event) => {
      const target = document.getElementById(event.target.closest("a")?.hash.slice(1))
      if (!target) return
      event.preventDefault()
      target.closest("details:not([open])")?.setAttribute("open", "")
      target.scrollIntoView({ block: "center" })
      const control = target.matches("fieldset") ? target.querySelector("input") ?? target : target
      control.focus({ preventScroll: true })
    })
  }
})
