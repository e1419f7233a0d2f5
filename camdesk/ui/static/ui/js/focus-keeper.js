// The focus never falls to the page as a whole: what held it is removed by a swap, closed with its dialog or hidden, and
// the nearest thing that is left takes it, so that a keyboard and a screen reader go on where they were.
const REACHABLE = "a[href], button:not(:disabled), input:not([type=hidden], :disabled), select:not(:disabled), textarea:not(:disabled), summary"
let last = null, around = []

// Also what a closed <details> or `visibility` hides: it has boxes, and cannot be focused.
const there = (element) => element.isConnected && element.checkVisibility({ visibilityProperty: true }) && !element.matches("[inert] *, [inert], :disabled")

document.addEventListener("focusin", ({ target }) => {
  last = target
  // From the inside out, each with what comes after it: where a row is gone, the next one is the nearest.
  around = []
  for (let one = target; one && one !== document.body; one = one.parentElement) around.push([one, one.nextElementSibling, one.previousElementSibling])
})
// Who clicks beside everything means to leave.
document.addEventListener("pointerdown", ({ target }) => { if (!target.closest(REACHABLE)) last = null })

const takes = (element) => {
  element.focus({ preventScroll: true })
  return document.activeElement === element
}
const keep = () => {
  if (document.activeElement !== document.body) return
  for (const [one, next, before] of around) {
    for (const near of [one, next, before]) {
      if (!near || !there(near)) continue
      if ([near, ...near.querySelectorAll(REACHABLE)].some((place) => place.matches(REACHABLE) && there(place) && takes(place))) return
      if (near === one && near.matches("main, section, form, [role], [tabindex]")) {
        near.tabIndex = -1
        if (takes(near)) return
      }
    }
  }
  document.getElementById("main")?.focus({ preventScroll: true })
}
// Hidden elements lose the focus only with a later frame: the next one, or on a busy machine one of the next.
let frames = 0
const watch = () => {
  if (frames <= 0 || !last || there(last)) return void (frames = 0)
  keep()
  frames -= 1
  requestAnimationFrame(watch)
}
const look = () => {
  const idle = frames === 0
  frames = 60
  if (idle) requestAnimationFrame(watch)
}
new MutationObserver(() => { if (last && !there(last)) look() })
  .observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden", "open", "disabled", "class", "inert"] })
// What disappears at the end of a transition changes nothing in the document: only the focus is gone.
document.addEventListener("focusout", ({ relatedTarget }) => { if (!relatedTarget) look() })
