// Times stand in the zone of the installation (data-zone of <html>). Whose own clock shows another time is told which:
// «вт, 24 ноября, 14:05 UTC+3». A relative time needs no zone, its exact one on hover does. What tells the zone of times
// that are no elements (data-our-clock) is shown then, too.
const zone = document.documentElement.dataset.zone
const language = document.documentElement.lang
const part = (moment, options) => new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", ...options }).formatToParts(moment)
const clock = (moment, options) => part(moment, { day: "numeric", hourCycle: "h23", ...options }).map(({ value }) => value).join("")
const nameOf = (moment) => part(moment, { timeZone: zone, timeZoneName: "short" }).find(({ type }) => type === "timeZoneName")?.value.replace("GMT", "UTC")
const HOUR = /\d\d:\d\d$/

const name = (time) => {
  const moment = new Date(time.dateTime)
  if ("zoned" in time.dataset || isNaN(moment) || clock(moment, { timeZone: zone }) === clock(moment)) return
  time.dataset.zoned = "ours"
  if (HOUR.test(time.title)) time.title += ` ${nameOf(moment)}`
  if (!time.closest("relative-time") && HOUR.test(time.textContent)) time.append(` ${nameOf(moment)}`)
}
const ours = (told) => { told.hidden = clock(new Date(), { timeZone: zone }) === clock(new Date()) }
const all = (root) => {
  for (const time of root.querySelectorAll?.("time[datetime]") ?? []) name(time)
  for (const told of root.querySelectorAll?.("[data-our-clock]") ?? []) ours(told)
}

if (zone) {
  all(document)
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) all(node)
  }).observe(document.body, { childList: true, subtree: true })
}
