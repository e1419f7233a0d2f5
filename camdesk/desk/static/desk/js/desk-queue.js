// <desk-queue data-news data-queue="all:us" data-numbers="all:us mine:7:us …"><button class="queue-new"><div class="queue-body">:
// a queue that keeps itself fresh. A hint names the queues that a ticket entered or left (moved), and those where it stays
// and only its row changed (kept); where this queue, or a number of this page, is among them, the first page is fetched and
// takes the place of the old one, if the reader is at its top and not typing. Otherwise the rows they see are brought up
// to date where they stand, and a quiet bar offers the new ones.
const ROWS = 600, NUMBERS = 3000 // ms: a busy minute brings many hints, one look is enough for all within this time

customElements.define("desk-queue", class extends HTMLElement {
  connectedCallback() {
    this.body = this.querySelector(".queue-body")
    this.bar = this.querySelector(".queue-new")
    this.later = () => this.within(ROWS)
    this.hint = ({ detail: { moved = [], kept = [] } }) => {
      // A page of a queue from its second on keeps its rows, and so looks only for its numbers.
      const rows = !("paged" in this.dataset) && [...moved, ...kept].includes(this.dataset.queue)
      const numbers = this.dataset.numbers.split(" ")
      if (rows) this.within(ROWS)
      else if (moved.some((name) => numbers.includes(name))) this.within(NUMBERS)
    }
    this.resync = (event) => { if (event.detail.reason !== "loaded") this.later() }
    this.seen = () => { if (!document.hidden && this.missed) this.later() }
    document.addEventListener("camdesk:hint", this.hint)
    document.addEventListener("camdesk:resync", this.resync)
    document.addEventListener("visibilitychange", this.seen)
    document.addEventListener("deed", this.later)
    this.bar.addEventListener("click", () => this.show())
    if ("fetched" in this.dataset) this.whenSeen(() => this.fetch())
  }

  // Beside an open ticket the queue is there only where the screen has room for it.
  whenSeen(act) {
    this.watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      this.watch.disconnect()
      act()
    })
    this.watch.observe(this)
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
    this.timer = null
    this.watch?.disconnect()
    document.removeEventListener("camdesk:hint", this.hint)
    document.removeEventListener("visibilitychange", this.seen)
    document.removeEventListener("camdesk:resync", this.resync)
    document.removeEventListener("deed", this.later)
  }

  // Never put off by the next hint: where they never cease, one would never look.
  within(time) {
    const at = performance.now() + time * (1 + Math.random() * 0.6)
    if (this.timer && this.at <= at) return
    clearTimeout(this.timer)
    this.at = at
    this.timer = setTimeout(() => { this.timer = null; this.fetch() }, at - performance.now())
  }

  async fetch() {
    if (!this.getClientRects().length) return
    if (this.fetching) return this.later()
    this.missed = document.hidden
    if (this.missed) return
    this.fetching = true
    try {
      const answer = await fetch(this.dataset.news, { headers: { "HX-Request": "true" } })
      if (answer.ok) this.take(new DOMParser().parseFromString(await answer.text(), "text/html"))
    } catch { /* offline: the stream's resync asks again */ }
    this.fetching = false
  }

  take(news) {
    const part = (name) => news.querySelector(`[data-part="${name}"]`)
    document.querySelector("#queue-tabs")?.replaceChildren(...part("tabs").childNodes)
    this.rail(part("rail"))
    if ("paged" in this.dataset) return
    this.fresh = part("rows")
    const known = new Set([...this.body.querySelectorAll(".queue-row")].map((row) => row.id))
    const rows = [...this.fresh.querySelectorAll(".queue-row")]
    const added = rows.filter((row) => !known.has(row.id))
    if (this.calm() || !known.size) return this.show()
    for (const row of rows) {
      const old = document.getElementById(row.id)
      if (old && this.contains(old)) this.swap(old, row.cloneNode(true))
    }
    this.bar.hidden = added.length === 0
    this.bar.textContent = this.bar.dataset.words.replace("{n}", added.length)
  }

  // Nothing moves under a hand that types, or under an eye that has scrolled on.
  calm() {
    const typing = document.activeElement?.matches("input, textarea, select")
    const pane = this.closest(".pane")
    return !typing && (pane?.scrollTop ?? 0) < 40
  }

  show() {
    if (!this.fresh) return
    const focused = this.body.contains(document.activeElement) && document.activeElement.closest(".queue-row")?.id
    this.body.replaceChildren(...this.fresh.childNodes)
    this.fresh = null
    this.bar.hidden = true
    this.dispatchEvent(new CustomEvent("camdesk:rows", { bubbles: true }))
    if (focused) document.getElementById(focused)?.querySelector("a")?.focus()
  }

  swap(old, fresh) {
    const focused = old.contains(document.activeElement)
    fresh.classList.toggle("is-current", old.classList.contains("is-current"))
    old.replaceWith(fresh)
    if (focused) fresh.querySelector("a").focus()
  }

  // Only the numbers of the rail change: its links keep the focus and the mark of where we are.
  rail(news) {
    const fresh = [...news.querySelectorAll(".menu-link")]
    for (const link of document.querySelectorAll(".rail-menu .menu-link")) {
      const twin = fresh.find((other) => other.getAttribute("href") === link.getAttribute("href"))
      if (!twin) continue
      const [now, was] = [twin.querySelector(".count"), link.querySelector(".count")]
      if (now && was) was.textContent = now.textContent
      else if (now) link.querySelector(".menu-word").after(now)
      else was?.remove()
    }
  }
})
