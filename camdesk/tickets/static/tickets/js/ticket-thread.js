// <ticket-thread data-ticket data-seq data-since data-seen>: a conversation that grows by itself, on the desk, in the
// cabinet and in the support panel. A hint only says that the ticket reached a seq; what is new after ours is fetched
// from the server, so nothing is missed and nothing doubled. Without scripts it is the list that stands in it.
//
//   data-since      where what is new is asked for; "" on a page of earlier messages, to which nothing is added
//   data-seen       where it is told that the reader has this before their eyes
//   data-seen-seq   how far they had seen it: there one begins, else at the end
//   data-read       how far the other side has read it: marks the reader's own last message
//   data-foot       id of what one wants to see below the newest message: the composer
//   data-own        one begins below one's own last words when what came after them is long
//   data-away       where one is led when the ticket is not there any more
//
// Inside: .conversation, .thread-new (shown when something came below what one reads), [data-heard] (said to screen
// readers, once), <template data-blank="SIDE"> (a message on its way). News are rows, and beside them
// <template data-thread data-seq data-read> (how it stands), <template data-replaces="ID"> (what stands in #ID now;
// nobody's open menu or half-typed field is replaced, that waits for the next news); the rest goes out as camdesk:news.
const NEAR = 160, SPOKEN = 300, READ_OUT = 2000

customElements.define("ticket-thread", class extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector(".conversation")
    this.below = this.querySelector(".thread-new")
    this.heard = this.querySelector("[data-heard]")
    this.frame = this.closest("[data-thread-frame], .pane")
    this.seq = Number(this.dataset.seq || 0)
    this.listeners = new AbortController()
    const { signal } = this.listeners
    const ours = ({ detail }) => String(detail.ticket) === this.dataset.ticket
    document.addEventListener("camdesk:hint", (event) => { if (ours(event) && event.detail.seq > this.seq) this.fetch() }, { signal })
    document.addEventListener("deed", (event) => { if (ours(event)) this.fetch() }, { signal })
    document.addEventListener("camdesk:resync", () => this.fetch(), { signal })
    document.addEventListener("visibilitychange", () => this.tellSeen(), { signal })
    this.addEventListener("click", (event) => this.clicked(event), { signal })
    const scrolled = () => {
      this.stays = this.atEnd()
      if (this.below && this.stays) this.below.hidden = true
    }
    ;(this.frame ?? document).addEventListener("scroll", scrolled, { signal, passive: true })
    if ("own" in this.dataset) this.heldAtEnd(signal)
    this.marks()
    if (this.frame?.matches(".pane")) this.begin()
    else requestAnimationFrame(() => this.begin())
    this.tellSeen()
  }

  disconnectedCallback() {
    this.listeners.abort()
  }

  clicked(event) {
    if (event.target.closest(".thread-new")) return this.toEnd()
    const earlier = event.target.closest("a[data-earlier]")
    if (!earlier || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    this.bringEarlier(earlier)
  }

  // --- where one reads

  // One begins at the first thing not read yet, else at the end; but who comes back, or to a place, is where they were.
  begin() {
    if (!this.frame && (location.hash || scrollY > 0)) return
    const seen = Number(this.dataset.seenSeq)
    const fresh = seen && [...this.list.querySelectorAll(".message[data-seq]")].find((row) => Number(row.dataset.seq) > seen)
    if (fresh) fresh.scrollIntoView({ block: "start" })
    else this.toEnd()
  }

  // Where a keyboard on the screen takes half of the room, who read the end reads it still.
  heldAtEnd(signal) {
    const sized = new ResizeObserver(() => { if (this.stays) this.frame.scrollTop = this.frame.scrollHeight })
    sized.observe(this.frame)
    signal.addEventListener("abort", () => sized.disconnect())
  }

  scroller() {
    return this.frame ?? document.scrollingElement
  }

  atEnd() {
    if (!this.frame) return this.getBoundingClientRect().bottom <= innerHeight + NEAR
    const { scrollTop, clientHeight, scrollHeight } = this.frame
    return scrollTop + clientHeight >= scrollHeight - NEAR
  }

  toEnd() {
    if (this.below) this.below.hidden = true
    if (!this.list.children.length) return
    if (!this.frame) return this.toFoot()
    const end = Math.max(0, this.frame.scrollHeight - this.frame.clientHeight)
    const own = "own" in this.dataset && [...this.list.querySelectorAll(".message-customer")].at(-1)
    const start = own ? own.getBoundingClientRect().top - this.frame.getBoundingClientRect().top + this.frame.scrollTop - 12 : end
    const top = end - start > 0.4 * this.frame.clientHeight ? Math.max(0, start) : end
    const calm = !own || !this.shown || matchMedia("(prefers-reduced-motion: reduce)").matches
    this.shown = true
    this.frame.scrollTo({ top, behavior: calm ? "instant" : "smooth" })
  }

  // On a page that scrolls as a whole: the newest message with the composer below it; a long one from its beginning.
  toFoot() {
    const last = this.list.lastElementChild
    const foot = document.getElementById(this.dataset.foot) ?? last
    foot.scrollIntoView({ block: "end", behavior: "instant" })
    if (last.getBoundingClientRect().top < parseFloat(getComputedStyle(last).scrollMarginTop)) last.scrollIntoView({ block: "start", behavior: "instant" })
  }

  // What is written above must not move what one reads, nor what comes above it the field in which one types.
  grow(change, wasAtEnd) {
    const before = this.getBoundingClientRect()
    change()
    const after = this.getBoundingClientRect()
    const grown = after.height - before.height, moved = after.top - before.top  // what stands above may be new as well
    if (!this.frame) scrollBy({ top: moved + (wasAtEnd ? grown : 0), behavior: "instant" })
    return grown
  }

  // --- what is new

  async fetch() {
    if (!this.dataset.since) return
    if (this.fetching) return void (this.again = true)
    this.fetching = true
    try {
      const answer = await fetch(`${this.dataset.since}?after=${this.seq}`, { headers: { "HX-Request": "true" } })
      if (answer.ok && !answer.redirected) this.add(await answer.text())
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
    if (this.dataset.away) setTimeout(() => location.assign(this.dataset.away), 1500)
  }

  add(html) {
    const fresh = document.createElement("template")
    fresh.innerHTML = html
    const atEnd = this.atEnd(), news = [], rest = []
    this.grow(() => {
      for (const part of [...fresh.content.children]) {
        if (part.matches("li")) {
          if (this.show(part)) news.push(part)
        } else if ("thread" in part.dataset) this.stands(part)
        else if (part.dataset.replaces) this.replace(part)
        else rest.push(part)
      }
    }, atEnd)
    this.marks()
    this.dispatchEvent(new CustomEvent("camdesk:news", { bubbles: true, detail: { rest } }))
    if (news.length) {
      this.say(news)
      if (this.frame && (atEnd || this.follows)) this.toEnd()
      else if (!atEnd && this.below) this.below.hidden = false
    } else if (this.follows) this.toEnd()
    this.dispatchEvent(new CustomEvent("camdesk:grown", { bubbles: true }))
    this.tellSeen()
  }

  // The server's row takes the place of the one shown while sending (same client id); no seq is shown twice. True for
  // what somebody else said.
  show(row) {
    const seq = Number(row.dataset.seq)
    if (!seq) return false
    this.seq = Math.max(this.seq, seq)
    if (this.list.querySelector(`#${CSS.escape(row.id)}`)) return false
    const client = row.dataset.clientId
    const pending = client && this.list.querySelector(`[data-pending="${CSS.escape(client)}"]`)
    if (pending) pending.replaceWith(row)
    else this.place(row, seq)
    htmx.process(row)
    return !pending
  }

  // Two answers may overtake each other: a row stands where its seq says, before what is still being sent.
  place(row, seq) {
    const later = [...this.list.children].find((other) => other.dataset.pending || Number(other.dataset.seq) > seq)
    this.list.insertBefore(row, later ?? null)
  }

  stands({ dataset }) {
    this.seq = Math.max(this.seq, Number(dataset.seq))
    if ("read" in dataset) this.dataset.read = dataset.read
  }

  replace(template) {
    const target = document.getElementById(template.dataset.replaces)
    if (!target || target.querySelector("details[open], input:focus, textarea:focus, select:focus")) return
    const focused = target.contains(document.activeElement) && document.activeElement.dataset.key
    target.replaceChildren(template.content)
    htmx.process(target)
    if (focused) target.querySelector(`[data-key="${focused}"]`)?.focus()
  }

  // Each is read out once, and what one has said oneself is not.
  say(rows) {
    const words = (row) => {
      const author = row.querySelector(".author")?.textContent
      const text = [...row.querySelectorAll(author ? ".text, .file-name" : "p")].map((part) => part.textContent.trim()).join(" ")
      return [author, text.replace(/\s+/g, " ").slice(0, SPOKEN)].filter(Boolean).join(": ")
    }
    const line = document.createElement("p")
    line.textContent = rows.map(words).join("\n")
    this.heard?.replaceChildren(line)
    setTimeout(() => line.remove(), READ_OUT)  // who reads the page by itself meets each message once
  }

  // --- what was earlier

  async bringEarlier(link) {
    try {
      const answer = await fetch(link.href, { headers: { "X-Panes": "1" } })
      if (!answer.ok || answer.redirected) throw new Error(answer.status)
      const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("ticket-thread")
      const rows = [...page.querySelector(".conversation").children].map((row) => document.adoptNode(row))
      const first = this.list.firstElementChild, last = rows.at(-1)
      const days = rows.filter((row) => row.matches(".day-line"))
      if (first?.matches(".day-line") && first.textContent === days.at(-1)?.textContent) first.remove()
      const top = this.scroller().scrollTop
      const grown = this.grow(() => {
        this.list.prepend(...rows)
        const next = page.querySelector("a[data-earlier]")
        if (next) link.href = next.getAttribute("href")
        else link.parentElement.remove()
      }, false)
      this.scroller().scrollTo({ top: top + grown, behavior: "instant" })
      for (const row of rows) htmx.process(row)
      if (!link.isConnected) {
        last.tabIndex = -1
        last.focus({ preventScroll: true })
      }
    } catch {
      location.assign(link.href)
    }
  }

  // --- what is on its way

  // A message as it is shown until the server has it. `side`: whose blank it is.
  pending({ words, files = [], client, side }) {
    const blanks = [...this.querySelectorAll("template[data-blank]")]
    const blank = blanks.find((one) => one.dataset.blank === side) ?? blanks[0]
    const row = blank.content.firstElementChild.cloneNode(true)
    row.dataset.pending = client
    row.classList.replace("is-pending", "is-sending")
    row.querySelector("[data-fill]").textContent = [words, ...files].filter(Boolean).join("\n")
    this.list.append(row)
    this.toEnd()
    return row
  }

  sending(row) {
    row.classList.replace("is-failed", "is-sending")
  }

  // It stays with its words, the reason if there is one, and a way to try again.
  failed(row, again, why = "") {
    row.classList.replace("is-sending", "is-failed")
    const line = row.querySelector("[data-why]")
    if (why && line) line.textContent = why
    row.querySelector("[data-retry]").onclick = again
  }

  // --- who has read what

  marks() {
    if (!("read" in this.dataset)) return
    const own = [...this.list.querySelectorAll(".message-customer[data-seq]")]
    for (const row of own) {
      row.classList.toggle("is-last", row === own.at(-1) && this.dataset.read !== "")
      row.classList.toggle("is-read", Number(row.dataset.seq) <= Number(this.dataset.read))
    }
  }

  tellSeen() {
    const seen = document.visibilityState === "visible" && this.offsetParent !== null
    if (!this.dataset.seen || !seen || this.told === this.seq) return
    this.told = this.seq
    const body = new FormData()
    body.set("seq", this.seq)
    fetch(this.dataset.seen, { method: "POST", body, headers: { "X-CSRFToken": csrf() } }).catch(() => { this.told = 0 })
  }
})

function csrf() {
  return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || ""
}
