// <composer-kinds>: reply or note. The key r or n chooses and puts the cursor into the field; the field says which it is.
customElements.define("composer-kinds", class extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form")
    this.area = this.form.querySelector("textarea")
    this.reply = this.area.placeholder
    this.addEventListener("change", () => this.say())
    // A click on what is chosen already means: I want to write now.
    this.addEventListener("click", (event) => { if (event.target.matches("input")) this.area.focus() })
    this.say()
  }

  say() {
    const note = this.form.elements.kind.value === "note"
    this.area.placeholder = note ? this.area.dataset.notePlaceholder : this.reply
  }
})

// A menu opened by its key is walked by arrows at once.
document.addEventListener("toggle", (event) => {
  const menu = event.target
  if (!menu.matches?.("details.menu[open]") || menu.contains(document.activeElement)) return
  menu.querySelector(".menu-items :is(a, button)")?.focus()
}, true)

// What an agent decided in a menu is done: the menu closes, so that the news may take its place.
document.addEventListener("htmx:beforeRequest", (event) => {
  const menu = event.target.matches?.("form") && event.target.closest("details.menu")
  if (menu) menu.open = false
})
