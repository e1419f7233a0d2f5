// <article-suggest for="id of a textarea" data-src="…">: under what is being written, articles that may help. Asks when
// one pauses; keeps silent when nothing fits, when there is no network, and when the field is empty again.
customElements.define("article-suggest", class extends HTMLElement {
  connectedCallback() {
    this.area = document.getElementById(this.getAttribute("for"))
    this.area?.addEventListener("input", () => {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.ask(), 900)
    })
    if (this.area?.value.trim()) this.ask()
  }

  async ask() {
    const asking = (this.asking = {})
    const data = new FormData()
    data.set("text", this.area.value)
    data.set("csrfmiddlewaretoken", this.area.form.elements.csrfmiddlewaretoken.value)
    const answer = await fetch(this.dataset.src, { method: "POST", body: data, headers: { "HX-Request": "true" } }).catch(() => null)
    if (!answer?.ok || answer.redirected || asking !== this.asking) return
    const html = await answer.text()
    if (asking === this.asking && html.trim() !== this.shown) {
      this.shown = html.trim()
      this.innerHTML = html
    }
  }
})
