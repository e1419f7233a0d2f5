// <optimistic-form><form …>: shows the result before the server has it, and never sends the same thing twice.
//
// The form carries a hidden input named client_id; the server answers a repeated one with the first result. Inside the
// element a <template> holds the pending item, rendered by the same macro as the real one, with data-fill="NAME" where
// the value of a field goes; `target` names the list it joins. Sending goes as the form says (htmx is not involved), the
// answer is the HTML of the real item, which takes the pending one's place (same data-client-id).
//
// A failure leaves the item in place with «Повторить» ([data-retry]); what was typed is never lost.
// `undo="/address"` or the X-Undo header of the answer offers to take it back.
// crypto.randomUUID exists only over https and on localhost; an installation in a closed network may have neither.
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")

customElements.define("optimistic-form", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form")
    this.template = this.querySelector("template")
    this.form.addEventListener("submit", (event) => {
      if (event.submitter?.hasAttribute("formaction") || event.defaultPrevented) return
      event.preventDefault()
      this.submit(event.submitter)
    })
  }

  submit(submitter) {
    const data = new FormData(this.form, submitter)
    const pending = this.show(data)
    const sent = { url: this.form.action, data, pending }
    this.form.reset()
    const id = this.form.elements.client_id
    if (id) id.value = newId()
    this.form.dispatchEvent(new CustomEvent("camdesk:submitted", { bubbles: true }))
    return this.send(sent)
  }

  show(data) {
    const target = document.getElementById(this.getAttribute("target"))
    if (!this.template || !target) return null
    const item = this.template.content.firstElementChild.cloneNode(true)
    item.dataset.clientId = data.get("client_id") ?? ""
    for (const place of item.querySelectorAll("[data-fill]")) place.textContent = data.get(place.dataset.fill) ?? ""
    target.append(item)
    item.scrollIntoView({ block: "nearest" })
    return item
  }

  async send(sent) {
    this.state(sent.pending, "sending")
    try {
      const response = await fetch(sent.url, { method: "POST", body: sent.data, headers: { "HX-Request": "true" } })
      if (response.status === 422) return this.refused(sent, await response.text())
      if (!response.ok) throw new Error(`answered ${response.status}`)
      this.settle(sent, await response.text(), response.headers.get("X-Undo") ?? this.getAttribute("undo"))
    } catch (error) {
      console.warn(error)
      this.state(sent.pending, "failed")
      const retry = () => this.send(sent)
      const button = sent.pending?.querySelector("[data-retry]")
      if (button) button.onclick = retry
      else camdesk.toast(document.querySelector("toast-region").dataset.failed, { tone: "trouble", retry })
    }
  }

  settle(sent, html, undo) {
    // The live stream may have brought the real one first: then there is nothing left to replace.
    if (sent.pending?.isConnected) {
      sent.pending.outerHTML = html
      htmx.process(document.getElementById(this.getAttribute("target")))
    }
    const said = this.getAttribute("said")
    if (said) camdesk.toast(said, undo ? { undo: () => htmx.ajax("POST", undo, { swap: "none" }) } : {})
  }

  // The server understood and said no: the words go back into the form, its reason beside it.
  refused(sent, words) {
    sent.pending?.remove()
    for (const [name, value] of sent.data) {
      const field = this.form.elements[name]
      if (field && typeof value === "string" && field.type !== "hidden" && !field.value) field.value = value
    }
    const text = new DOMParser().parseFromString(words, "text/html").body.textContent.trim()
    camdesk.toast(text, { tone: "trouble" })
  }

  state(item, state) {
    if (!item) return
    item.classList.toggle("is-sending", state === "sending")
    item.classList.toggle("is-failed", state === "failed")
  }
})
