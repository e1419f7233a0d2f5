// <relative-time><time datetime>…: keeps «5 минут назад» true while the page is open. The rules are those of
// camdesk/ui/moments.py; further than half a day the server's words stay.
const MINUTE = 60, HOUR = 3600
const language = document.documentElement.lang || "ru"
const long = new Intl.RelativeTimeFormat(language, { numeric: "always" })
const SHORT = language.startsWith("en") ? { m: "m", h: "h", d: "d" } : { m: "м", h: "ч", d: "д" }
const elements = new Set()
let timer

customElements.define("relative-time", class extends HTMLElement {
  connectedCallback() {
    elements.add(this)
    timer ??= setInterval(() => { for (const element of elements) element.refresh() }, 30_000)
  }

  disconnectedCallback() {
    elements.delete(this)
  }

  refresh() {
    const time = this.querySelector("time")
    const seconds = (Date.now() - new Date(time.dateTime)) / 1000
    const text = this.getAttribute("format") === "short" ? this.short(Math.abs(seconds)) : this.long(seconds)
    if (text && text !== time.textContent) time.textContent = text
  }

  long(seconds) {
    const distance = Math.abs(seconds), sign = seconds < 0 ? 1 : -1
    if (distance < 45) return null
    if (distance < 45 * MINUTE) return long.format(sign * Math.max(1, Math.round(distance / MINUTE)), "minute")
    if (distance < 12 * HOUR) return long.format(sign * Math.max(1, Math.round(distance / HOUR)), "hour")
    return null
  }

  short(distance) {
    if (distance < HOUR) return `${Math.max(1, Math.floor(distance / MINUTE))} ${SHORT.m}`
    if (distance < 24 * HOUR) return `${Math.floor(distance / HOUR)} ${SHORT.h}`
    if (distance < 30 * 24 * HOUR) return `${Math.floor(distance / HOUR / 24)} ${SHORT.d}`
    return null
  }
})
