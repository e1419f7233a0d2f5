// <camera-picker>: a search, «весь адрес» and the list of what is chosen over plain check boxes; the address written
// above narrows the list. With data-more the server searches (thousands of cameras are not listed); what is ticked
// always stays in the form.
const plain = (words) => words.toLocaleLowerCase().replaceAll("ё", "е").trim().replace(/\s+/g, " ")

customElements.define("camera-picker", class extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector('[data-part="list"]')
    this.count = this.querySelector('[data-part="count"]')
    this.search = this.querySelector('[data-part="search"]')
    this.chosen = this.querySelector('[data-part="chosen"]')
    this.elsewhere = this.querySelector('[data-part="elsewhere"]')
    this.address = this.closest("form").elements.address
    this.querySelector('[data-part="tools"]').hidden = this.hasAttribute("data-few")
    this.search.addEventListener("input", () => this.find())
    this.search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault() })
    this.address?.addEventListener("change", () => this.narrow())
    this.address?.addEventListener("input", () => { if (this.isOwn(this.address.value) || !this.address.value) this.narrow() })
    this.addEventListener("click", (event) => this.clicked(event))
    this.addEventListener("change", () => this.tell())
    this.here = this.elsewhere && !this.elsewhere.hidden ? plain(this.address?.value ?? "") : ""  // in a chat there is no address above
    this.prepare()
  }

  prepare() {
    for (const button of this.querySelectorAll("[data-all]")) button.hidden = false
    this.tell()
  }

  clicked(event) {
    const all = event.target.closest("[data-all]")
    if (all) return this.whole(all.closest(".picker-site"))
    const button = event.target.closest("button[name]")
    if (!button) return
    event.preventDefault()
    if (button.name === "untick") this.untick(button)
    else this.everywhere()
  }

  whole(site) {
    const boxes = [...site.querySelectorAll(".choice:not([hidden]) input")]
    const tick = boxes.some((box) => !box.checked)
    for (const box of boxes) box.checked = tick
    boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }))
  }

  untick(button) {
    const box = this.list.querySelector(`input[value="${CSS.escape(button.value)}"]`)
    const next = button.closest("li").nextElementSibling ?? button.closest("li").previousElementSibling
    const after = next?.querySelector("button").value
    if (!box) return
    box.checked = false
    box.dispatchEvent(new Event("change", { bubbles: true }))
    const there = after && this.chosen.querySelector(`button[value="${CSS.escape(after)}"]`)
    ;(there || this.list).focus()
  }

  // ---------------------------------------------------------------- the address above

  isOwn(address) {
    const wanted = plain(address)
    return [...this.list.querySelectorAll(".picker-site")].some((site) => plain(site.dataset.site) === wanted)
  }

  narrow() {
    const wanted = plain(this.address.value)
    if (wanted === this.here) return
    this.here = wanted && (this.isOwn(wanted) || this.dataset.more) ? wanted : ""
    this.find()
  }

  everywhere() {
    this.here = ""
    this.find()
    this.list.focus()
  }

  // ---------------------------------------------------------------- the list

  find() {
    if (this.dataset.more) {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.ask(), 250)
      return
    }
    const words = plain(this.search.value).split(" ").filter(Boolean)
    for (const site of this.list.querySelectorAll(".picker-site")) {
      let shown = 0
      for (const choice of site.querySelectorAll(".choice")) {
        const text = plain(`${site.dataset.site} ${choice.textContent}`)
        choice.hidden = !words.every((word) => text.includes(word))
        if (!choice.hidden) shown += 1
      }
      // Who searches looks everywhere.
      site.hidden = shown === 0 || Boolean(this.here && !words.length && plain(site.dataset.site) !== this.here)
    }
    if (this.elsewhere) this.elsewhere.hidden = !this.here
    this.tell()
  }

  async ask() {
    const asking = this.asking = {}
    const address = new URL(this.dataset.more, location)
    address.searchParams.set("q", this.search.value)
    if (this.here && !this.search.value) address.searchParams.set("address", this.address.value)
    for (const box of this.list.querySelectorAll("input:checked")) address.searchParams.append("cameras", box.value)
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null)
    if (!answer?.ok || asking !== this.asking) return
    this.list.innerHTML = await answer.text()
    if (this.elsewhere) this.elsewhere.hidden = !this.here
    this.prepare()
  }

  tell() {
    const ticked = [...this.list.querySelectorAll("input:checked")]
    const found = this.list.querySelectorAll(".picker-site:not([hidden]) .choice:not([hidden])").length
    if (this.search.value && !found) this.count.textContent = this.dataset.none
    else if (this.search.value) this.count.textContent = `${this.dataset.found}${found}`
    else this.count.textContent = this.chosen || !ticked.length ? "" : `${this.dataset.chosen}${ticked.length}`
    if (this.chosen) this.showChosen(ticked)
  }

  showChosen(ticked) {
    this.chosen.hidden = !ticked.length
    this.chosen.querySelector('[data-part="chosen-count"]').textContent = `${this.dataset.chosen}${ticked.length}`
    const blank = this.chosen.querySelector("template").content.firstElementChild
    this.chosen.querySelector("ul").replaceChildren(...ticked.map((box) => {
      const item = blank.cloneNode(true)
      const [name, address] = item.querySelectorAll("span")
      name.textContent = box.closest(".choice").dataset.name
      address.textContent = box.closest(".picker-site").dataset.site
      const button = item.querySelector("button")
      button.value = box.value
      button.setAttribute("aria-label", this.dataset.remove.replace("%(name)s", name.textContent))
      return item
    }))
  }
})
