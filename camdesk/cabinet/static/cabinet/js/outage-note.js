// <outage-note>: asks for the news of an outage in place; the note that comes back takes this one's place. Its forms work
// without it. The event stops here: the chat around it has forms of its own.
customElements.define("outage-note", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      event.preventDefault()
      event.stopPropagation()
      this.send(event.target, event.submitter)
    })
  }

  async send(form, button) {
    if (this.busy) return
    this.busy = true
    try {
      const data = new FormData(form, button)
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { "HX-Request": "true" } })
      if (!answer.ok || answer.redirected) throw new Error(answer.status)
      this.become((await answer.text()).trim())
    } catch {
      this.busy = false
      camdesk.toast(this.dataset.failed, { tone: "trouble" })
    }
  }

  become(html) {
    const place = this.parentNode, id = this.id
    this.insertAdjacentHTML("afterend", html)
    this.remove()
    place.querySelector(`#${id} button`)?.focus()
  }
})
