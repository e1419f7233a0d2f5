// <ticket-thread data-ticket data-seq data-since data-seen>: a conversation that grows by itself. A hint only says that
// the ticket reached a seq; what is new after ours is fetched from the server, so nothing is missed and nothing doubled.
customElements.define("ticket-thread", class extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector(".conversation")
    this.seq = Number(this.dataset.seq)
    this.hint = (event) => { if (String(event.detail.ticket) === this.dataset.ticket && event.detail.seq > this.seq) this.fetch() }
    this.resync = () => this.fetch()
    this.visible = () => { if (document.visibilityState === "visible") this.tellSeen() }
    document.addEventListener("camdesk:hint", this.hint)
    document.addEventListener("camdesk:resync", this.resync)
    document.addEventListener("visibilitychange", this.visible)
    this.tellSeen()
  }

  disconnectedCallback() {
    document.removeEventListener("camdesk:hint", this.hint)
    document.removeEventListener("camdesk:resync", this.resync)
    document.removeEventListener("visibilitychange", this.visible)
  }

  async fetch() {
    if (this.fetching) return void (this.again = true)
    this.fetching = true
    try {
      const answer = await fetch(`${this.dataset.since}?after=${this.seq}`, { headers: { "HX-Request": "true" } })
      if (answer.ok) this.add(await answer.text())
    } catch { /* offline: the stream tells us to ask again when it is back */ }
    this.fetching = false
    if (this.again) {
      this.again = false
      this.fetch()
    }
  }

  // The server's row takes the place of the one shown while sending (same client id); no seq is shown twice.
  add(html) {
    const fresh = document.createElement("template")
    fresh.innerHTML = html
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 160
    for (const row of [...fresh.content.children]) {
      const seq = Number(row.dataset.seq)
      if (!seq || this.list.querySelector(`#${row.id}`)) continue
      const client = row.dataset.clientId
      const pending = client && this.list.querySelector(`[data-pending="${CSS.escape(client)}"]`)
      if (pending) pending.replaceWith(row)
      else this.list.append(row)
      this.seq = Math.max(this.seq, seq)
      if (atEnd && !pending) row.scrollIntoView({ block: "nearest" })
    }
    this.dispatchEvent(new CustomEvent("camdesk:grown", { bubbles: true }))
    this.tellSeen()
  }

  tellSeen() {
    if (!this.dataset.seen || document.visibilityState !== "visible" || this.told === this.seq) return
    this.told = this.seq
    const body = new FormData()
    body.set("seq", this.seq)
    fetch(this.dataset.seen, { method: "POST", body, headers: { "X-CSRFToken": csrf() } }).catch(() => { this.told = 0 })
  }
})

function csrf() {
  return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || ""
}
