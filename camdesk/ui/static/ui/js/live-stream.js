// Live pages. The page is right without this: it renders from the database; here we only hear that something is new.
// A page that carries <meta name="camdesk-live" content="TOKEN" data-who="USER"> gets, on `document`:
//   camdesk:hint    detail {ticket, seq, …}   ticket 1042 has reached seq 17: fetch what is newer than you have
//   camdesk:resync  detail {reason}           a connection was made anew: ask for everything after your seq
//   camdesk:live    detail {state}            "open" | "waiting" | "polling": for a quiet sign, if a page wants one
//
// One tab of a browser holds the stream and tells the others that hear the same (the token begins with its audience: a
// page of the cabinet and one of the desk do not, though one person has both open): browsers allow six connections to a host over HTTP/1.1,
// and six open tickets must not stop the seventh page from loading. The stream is left when the page has been hidden
// for five minutes, and found again on return. After six failures in a row a resync every 15 s does instead, and the
// stream is tried again every fifth time. `data-renew` is the address of a fresh token ({"token": "…"}).
const POLL = 15_000, SILENT = 50_000, HIDDEN_FOR = 5 * 60_000, TRIES = 6
const meta = () => document.querySelector('meta[name="camdesk-live"]')

class LiveStream {
  failures = 0
  polls = 0

  start() {
    if (!meta()?.content) return
    this.name = `camdesk-live-${meta().dataset.who ?? ""}-${meta().content.split("~")[0]}`
    // Web Locks exist only over https and on localhost; without them each tab holds its own stream.
    if (navigator.locks) {
      this.tabs = new BroadcastChannel(this.name)
      this.tabs.onmessage = ({ data }) => { if (!this.leading && this.waiting) this.say(data.name, data.detail) }
    }
    document.addEventListener("visibilitychange", () => this.visibility())
    addEventListener("online", () => { if (this.leading) this.open() })
    addEventListener("pagehide", () => this.leave())
    addEventListener("pageshow", (event) => { if (event.persisted) this.join("returned") })
    this.join("loaded")
  }

  // Takes the lead when nobody has it; otherwise listens to the tab that does.
  join(reason) {
    if (this.waiting) return
    this.waiting = new AbortController()
    this.say("resync", { reason })
    const lead = () => new Promise((resign) => { this.resign = resign; this.leading = true; this.open() })
    if (!this.tabs) lead()
    else navigator.locks.request(this.name, { signal: this.waiting.signal }, lead).catch(() => {})
  }

  leave() {
    this.stop()
    this.waiting?.abort()
    this.resign?.()
    this.waiting = this.resign = null
    this.leading = false
  }

  open() {
    this.stop()
    const source = (this.source = new EventSource(`/live?token=${encodeURIComponent(meta().content)}`))
    source.onopen = () => {
      this.failures = this.polls = 0
      this.tell("live", { state: "open" })
      this.tell("resync", { reason: "connected" })
    }
    source.onmessage = (event) => { this.heard(); this.tell("hint", JSON.parse(event.data)) }
    for (const name of ["hello", "beat"]) source.addEventListener(name, () => this.heard())
    source.onerror = () => this.failed()
    this.heard()
  }

  // The server says something every 20 s; a stream silent for longer is dead, whatever the network says.
  heard() {
    clearTimeout(this.silence)
    this.silence = setTimeout(() => this.failed(), SILENT)
  }

  // The browser's own retry has no jitter: a thousand pages would come back in the same second after a restart.
  async failed() {
    this.stop()
    this.failures += 1
    if (this.failures > TRIES) return this.poll()
    this.tell("live", { state: "waiting" })
    await this.renew()
    if (this.leading) this.again(Math.min(30_000, 500 * 2 ** this.failures) * (0.5 + Math.random()))
  }

  // A token runs out and rights change; the stream cannot say why it was refused, so we ask before the next try.
  async renew() {
    const address = meta().dataset.renew
    if (!address) return
    try {
      const response = await fetch(address, { headers: { Accept: "application/json" } })
      if (response.ok) meta().content = (await response.json()).token
      else if (response.status === 401 || response.status === 403) this.leave()
    } catch {
      // No network: the next try will tell.
    }
  }

  poll() {
    this.tell("live", { state: "polling" })
    this.timer = setTimeout(() => {
      this.tell("resync", { reason: "polling" })
      this.polls += 1
      if (this.polls % 5 === 0) this.open()
      else this.poll()
    }, POLL * (0.8 + 0.4 * Math.random()))
  }

  again(delay) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.open(), delay)
  }

  visibility() {
    clearTimeout(this.sleep)
    if (document.hidden) this.sleep = setTimeout(() => this.leave(), HIDDEN_FOR)
    else this.join("returned")
  }

  stop() {
    clearTimeout(this.timer)
    clearTimeout(this.silence)
    this.source?.close()
    this.source = null
  }

  tell(name, detail) {
    this.tabs?.postMessage({ name, detail })
    this.say(name, detail)
  }

  say(name, detail) {
    document.dispatchEvent(new CustomEvent(`camdesk:${name}`, { detail }))
  }
}

document.addEventListener("DOMContentLoaded", () => new LiveStream().start())
// A page that finds out later that there is something to hear says `camdesk:listen` {token, who, renew}.
document.addEventListener("camdesk:listen", ({ detail }) => {
  if (meta()) return
  const added = document.createElement("meta")
  added.name = "camdesk-live"
  added.content = detail.token
  added.dataset.who = detail.who
  added.dataset.renew = detail.renew
  document.head.append(added)
  new LiveStream().start()
})
