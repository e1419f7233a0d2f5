// <canned-replies><textarea><div role="listbox">: canned replies while one writes. «/» at the beginning or after a blank
// opens the list, what follows narrows it down; arrows choose, Enter or Tab inserts, Escape leaves. The button opens it too.
// What one has to fill in ({price}; data-places names them) is selected at once, and a reply that still has it stays here.
const ASKED = /(^|\s)\/([^\s/]*)$/

customElements.define("canned-replies", class extends HTMLElement {
  connectedCallback() {
    this.area = this.querySelector("textarea")
    this.list = this.querySelector(".canned")
    this.form = this.closest("form")
    this.form.addEventListener("submit", (event) => this.check(event), true)
    this.closest("message-composer").addEventListener("camdesk:refused", () => queueMicrotask(() => this.mark()))
    this.options = [...this.list.children]
    this.opener = this.form.querySelector(".canned-open")
    if (!this.options.length) return void (this.opener.hidden = true)
    this.area.setAttribute("aria-controls", this.list.id)
    this.area.addEventListener("input", () => this.look())
    this.area.addEventListener("keydown", (event) => this.key(event))
    this.area.addEventListener("blur", () => setTimeout(() => { if (!this.contains(document.activeElement)) this.close() }, 150))
    this.list.addEventListener("pointerdown", (event) => event.preventDefault())
    this.list.addEventListener("click", (event) => this.insert(event.target.closest("[role=option]")))
    this.opener.addEventListener("click", () => {
      this.area.focus()
      if (this.list.hidden) this.open("")
      else this.close()
    })
  }

  look() {
    const asked = ASKED.exec(this.area.value.slice(0, this.area.selectionStart))
    if (asked) this.open(asked[2].toLocaleLowerCase())
    else this.close()
  }

  open(words) {
    for (const option of this.options) option.hidden = !option.textContent.toLocaleLowerCase().includes(words)
    this.seen = this.options.filter((option) => !option.hidden)
    this.list.hidden = this.seen.length === 0
    this.opener.setAttribute("aria-expanded", String(!this.list.hidden))
    this.choose(this.seen[0])
  }

  close() {
    this.list.hidden = true
    this.opener.setAttribute("aria-expanded", "false")
    this.area.removeAttribute("aria-activedescendant")
  }

  choose(option) {
    this.chosen = option
    for (const one of this.options) one.setAttribute("aria-selected", String(one === option))
    if (!option) return
    this.area.setAttribute("aria-activedescendant", option.id)
    option.scrollIntoView({ block: "nearest" })
  }

  key(event) {
    if (this.list.hidden) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) this.choose(this.seen[(this.seen.indexOf(this.chosen) + step + this.seen.length) % this.seen.length])
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") this.insert(this.chosen)
    else if (event.key === "Escape") this.close()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  insert(option) {
    if (!option) return
    const at = this.area.selectionStart
    const before = this.area.value.slice(0, at).replace(ASKED, "$1")
    this.area.setRangeText(option.querySelector(".canned-text").textContent, before.length, at, "end")
    this.close()
    this.area.focus()
    this.area.dispatchEvent(new Event("input", { bubbles: true }))
    this.mark(before.length)
  }

  // ---------------------------------------------------------------- what is to be filled in

  unfilled() {
    const known = new Set(this.dataset.places.split(" "))
    return [...this.area.value.matchAll(/\{(\w+)\}/g)].filter(([, place]) => known.has(place))
  }

  mark(from = 0) {
    const place = this.unfilled().find(({ index }) => index >= from)
    if (place) this.area.setSelectionRange(place.index, place.index + place[0].length)
  }

  check(event) {
    if (this.form.elements.kind?.value === "note") return
    const places = [...new Set(this.unfilled().map(([place]) => place))]
    if (!places.length) return
    event.preventDefault()
    const line = document.getElementById(this.dataset.error)
    line.textContent = this.dataset.unfilled.replace("%(places)s", places.join(", "))
    line.hidden = false
    this.area.focus()
    this.mark()
  }
})
