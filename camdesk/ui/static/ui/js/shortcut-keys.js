// <shortcut-keys>: the keyboard of a page. Elements say their key themselves, so a page without one has no such key:
//   data-key="r"            press r: the element is clicked, or focused when it is a field
//   data-key="g m"          press g, then m within a second
//   data-rows               the list j/k walk through (its links); Enter opens as links do
// Typing is never disturbed: fields, open dialogs and keys with Ctrl, Alt or Cmd are left alone. Layout does not matter:
// the physical key counts, so that «о» is j on a Russian keyboard.
const NAMES = { Slash: "/", Period: ".", Comma: "," }

customElements.define("shortcut-keys", class extends HTMLElement {
  connectedCallback() {
    this.pressed = (event) => this.press(event)
    document.addEventListener("keydown", this.pressed)
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.pressed)
  }

  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || event.isComposing) return
    if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) {
      if (event.key === "Escape") event.target.blur()
      return
    }
    if (document.querySelector("dialog[open]")) return
    const key = this.name(event)
    const chord = this.first && performance.now() - this.at < 1000 ? `${this.first} ${key}` : key
    this.first = null
    if (key === "?") return this.act(event, () => document.getElementById("shortcut-help")?.showModal())
    if (key === "j" || key === "k") {
      if (chord === key) return this.act(event, () => this.step(key === "j" ? 1 : -1))
    }
    const target = [...document.querySelectorAll("[data-key]")].find(
      (element) => element.dataset.key === chord && element.getClientRects().length,
    )
    if (target) return this.act(event, () => (target.matches("input, textarea, select") ? target.focus() : target.click()))
    if (document.querySelector(`[data-key^="${CSS.escape(key)} "]`)) {
      this.first = key
      this.at = performance.now()
    }
  }

  act(event, deed) {
    event.preventDefault()
    deed()
  }

  name(event) {
    if (event.key === "?" || (event.shiftKey && event.code === "Digit7" && event.key === "?")) return "?"
    if (event.code.startsWith("Key")) return event.code.slice(3).toLowerCase()
    if (event.code === "Slash") return event.shiftKey ? "?" : "/"
    return NAMES[event.code] ?? event.key
  }

  step(by) {
    const links = [...document.querySelectorAll("[data-rows] > * > a[href]")]
    if (!links.length) return
    const at = links.findIndex((link) => link === document.activeElement)
    const from = at >= 0 ? at : links.findIndex((link) => link.getAttribute("aria-current"))
    const next = links[Math.max(0, Math.min(links.length - 1, from < 0 ? 0 : from + by))]
    next.focus()
    next.scrollIntoView({ block: "nearest" })
  }
})
