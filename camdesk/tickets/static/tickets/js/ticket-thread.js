// <ticket-thread data-ticket data-seq data-since data-seen>: a conversation that grows by itself. A hint only says that
// the ticket reached a seq; what is new after ours is fetched from the server, so nothing is missed and nothing doubled.
// News may bring <template data-replaces="ID"> too: what stands in #ID as it is now. Nobody's open menu or half-typed
// field is replaced; that waits for the next news. `.thread-new` is shown when something came below what one reads.
customElements.define("ticket-thread", class extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector(".conversation")
    this.below = this.querySelector(".thread-new")
    this.seq = Number(this.dataset.seq)
    this.pane = this.closest(".pane")
    this.hint = (event) => { if (String(event.detail.ticket) === this.dataset.ticket && event.detail.seq > this.seq) this.fetch() }
    this.deed = (event) => { if (String(event.detail.ticket) === this.dataset.ticket) this.fetch() }
    this.resync = () => this.fetch()
    this.visible = () => { if (document.visibilityState === "visible") this.tellSeen() }
    document.addEventListener("camdesk:hint", this.hint)
    document.addEventListener("camdesk:resync", this.resync)
    document.addEventListener("deed", this.deed)
    document.addEventListener("visibilitychange", this.visible)
    this.below?.addEventListener("click", () => this.toEnd())
    this.pane?.addEventListener("scroll", () => { if (this.below && this.atEnd()) this.below.hidden = true }, { passive: true })
    if (this.pane) this.begin()
    this.tellSeen()
  }

  disconnectedCallback() {
    document.removeEventListener("camdesk:hint", this.hint)
    document.removeEventListener("camdesk:resync", this.resync)
    document.removeEventListener("deed", this.deed)
    document.removeEventListener("visibilitychange", this.visible)
  }

  // In a pane of its own one begins at the first thing not read yet, else at the end.
  begin() {
    const seen = Number(this.dataset.seenSeq)
    const fresh = seen && [...this.list.querySelectorAll(".message[data-seq]")].find((row) => Number(row.dataset.seq) > seen)
    if (fresh) fresh.scrollIntoView({ block: "start" })
    else this.toEnd()
  }

  scroller() {
    return this.pane ?? document.scrollingElement
  }

  atEnd() {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller()
    return scrollTop + clientHeight >= scrollHeight - 160
  }

  toEnd() {
    this.scroller().scrollTop = this.scroller().scrollHeight
    if (this.below) this.below.hidden = true
  }

  async fetch() {
    if (!this.dataset.since) return  // an earlier page: nothing is added to it
    if (this.fetching) return void (this.again = true)
    this.fetching = true
    try {
      const answer = await fetch(`${this.dataset.since}?after=${this.seq}`, { headers: { "HX-Request": "true" } })
      if (answer.ok) this.add(await answer.text())
      else if (answer.status === 404) this.leave()
    } catch { /* offline: the stream tells us to ask again when it is back */ }
    this.fetching = false
    if (this.again) {
      this.again = false
      this.fetch()
    }
  }

  // It is not there for us any more: a closed team has it. Whoever passed it on is led away with a word meanwhile.
  leave() {
    setTimeout(() => location.assign(this.dataset.away ?? location.href), 1500)
  }

  // The server's row takes the place of the one shown while sending (same client id); no seq is shown twice.
  add(html) {
    const fresh = document.createElement("template")
    fresh.innerHTML = html
    const atEnd = this.atEnd()
    let grown = false
    for (const row of [...fresh.content.children]) {
      if (row.dataset.replaces) {
        this.replace(row)
        continue
      }
      const seq = Number(row.dataset.seq)
      if (!seq) continue
      this.seq = Math.max(this.seq, seq)
      if (this.list.querySelector(`#${row.id}`)) continue
      const client = row.dataset.clientId
      const pending = client && this.list.querySelector(`[data-pending="${CSS.escape(client)}"]`)
      if (pending) pending.replaceWith(row)
      else this.place(row, seq)
      grown ||= !pending
    }
    if (grown) {
      if (atEnd) this.toEnd()
      else if (this.below) this.below.hidden = false
    }
    this.dispatchEvent(new CustomEvent("camdesk:grown", { bubbles: true }))
    this.tellSeen()
  }

  // Two answers may overtake each other: a row stands where its seq says, before what is still being sent.
  place(row, seq) {
    const later = [...this.list.children].find((other) => other.dataset.pending || Number(other.dataset.seq) > seq)
    this.list.insertBefore(row, later ?? null)
  }

  replace(template) {
    const target = document.getElementById(template.dataset.replaces)
    if (!target || target.querySelector("details[open], input:focus, textarea:focus, select:focus")) return
    const focused = target.contains(document.activeElement) && document.activeElement.dataset.key
    target.replaceChildren(template.content)
    htmx.process(target)
    if (focused) target.querySelector(`[data-key="${focused}"]`)?.focus()
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
