// <camera-picker>: a search and «весь адрес» over plain check boxes. With data-more the server searches (thousands of
// cameras are not listed); what is ticked always stays in the form.
customElements.define("camera-picker", class extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector('[data-part="list"]')
    this.count = this.querySelector('[data-part="count"]')
    this.search = this.querySelector('[data-part="search"]')
    this.querySelector('[data-part="tools"]').hidden = false
    this.search.addEventListener("input", () => this.find())
    this.search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault() })
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-all]")
      if (button) this.whole(button.closest(".picker-site"))
    })
    this.addEventListener("change", () => this.tell())
    this.prepare()
  }

  prepare() {
    for (const button of this.querySelectorAll("[data-all]")) button.hidden = false
    this.tell()
  }

  whole(site) {
    const boxes = [...site.querySelectorAll(".choice:not([hidden]) input")]
    const tick = boxes.some((box) => !box.checked)
    for (const box of boxes) box.checked = tick
    boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }))
  }

  find() {
    if (this.dataset.more) {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.ask(), 250)
      return
    }
    const words = this.search.value.toLocaleLowerCase().replaceAll("ё", "е").split(/\s+/).filter(Boolean)
    for (const site of this.list.querySelectorAll(".picker-site")) {
      let shown = 0
      for (const choice of site.querySelectorAll(".choice")) {
        const text = `${site.dataset.site} ${choice.textContent}`.toLocaleLowerCase().replaceAll("ё", "е")
        choice.hidden = !words.every((word) => text.includes(word))
        if (!choice.hidden) shown += 1
      }
      site.hidden = shown === 0
    }
    this.tell()
  }

  async ask() {
    const asking = this.asking = {}
    const address = new URL(this.dataset.more, location)
    address.searchParams.set("q", this.search.value)
    for (const box of this.list.querySelectorAll("input:checked")) address.searchParams.append("cameras", box.value)
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null)
    if (!answer?.ok || asking !== this.asking) return
    this.list.innerHTML = await answer.text()
    this.prepare()
  }

  tell() {
    const chosen = this.list.querySelectorAll("input:checked").length
    const found = this.list.querySelectorAll(".picker-site:not([hidden]) .choice:not([hidden])").length
    if (this.search.value && !found) this.count.textContent = this.dataset.none
    else if (this.search.value) this.count.textContent = `${this.dataset.found}${found}`
    else this.count.textContent = chosen ? `${this.dataset.chosen}${chosen}` : ""
  }
})
