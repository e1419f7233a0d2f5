// The focus never falls to the page as a whole: what held it is removed by a swap, closed with its dialog or hidden, and
// the nearest thing that is left takes it, so that a keyboard and a screen reader go on where they were.
const REACHABLE = "a[href], button:not(:disabled), input:not([type=hidden], :disabled), select:not(:disabled), textarea:not(:disabled), summary"
let last = null, around = []

const there = (element) => element.isConnected && element.getClientRects().length > 0 && !element.closest("[inert]")

document.addEventListener("focusin", ({ target }) => {
  last = target
  // From the inside out, each with what comes after it: where a row is gone, the next one is the nearest.
  around = []
  for (let one = target; one && one !== document.body; one = one.parentElement) around.push([one, one.nextElementSibling, one.previousElementSibling])
})
// Who clicks beside everything means to leave.
document.addEventListener("pointerdown", ({ target }) => { if (!target.closest(REACHABLE)) last = null })

const keep = () => {
  if (!last || document.activeElement !== document.body || there(last)) return
  for (const [one, next, before] of around) {
    for (const near of [one, next, before]) {
      if (!near || !there(near)) continue
      const place = near.matches(REACHABLE) ? near : [...near.querySelectorAll(REACHABLE)].find(there)
      if (place) return place.focus({ preventScroll: true })
      if (near === one && near.matches("main, section, form, [role], [tabindex]")) {
        near.tabIndex = -1
        return near.focus({ preventScroll: true })
      }
    }
  }
  document.getElementById("main")?.focus({ preventScroll: true })
}
// Hidden elements lose the focus only with the next frame.
new MutationObserver(() => { if (last && !there(last)) requestAnimationFrame(() => requestAnimationFrame(keep)) })
  .observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden", "open", "disabled", "class"] })
