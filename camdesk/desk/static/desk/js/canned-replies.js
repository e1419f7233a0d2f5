// <canned-replies><textarea><div role="listbox">: canned replies while one writes. «/» at the beginning or after a blank
// opens the list, what follows narrows it down; arrows choose, Enter or Tab inserts, Escape leaves. The button opens it too.
const ASKED = /(^|\s)\/([^\s/]*)$/

customElements.define("canned-replies", class extends HTMLElement {
  connectedCallback() {
    this.area = this.querySelector("textarea")
    this.list = this.querySelector(".canned")
    this.options = [...this.list.children]
    this.opener = this.closest("form").querySelector(".canned-open")
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
    this.area.setRangeText(option.dataset.text, before.length, at, "end")
    this.close()
    this.area.focus()
    this.area.dispatchEvent(new Event("input", { bubbles: true }))
  }
})
