// A link with data-panel="ID" opens the panel of that id beside the page instead of leaving it; [data-close-panel] and
// Escape close it and give the focus back.
const toggle = (panel, opener, open) => {
  panel.hidden = !open
  for (const link of document.querySelectorAll(`[data-panel="${panel.id}"]`)) link.setAttribute("aria-expanded", String(open))
  if (open) {
    panel.opener = opener
    panel.dispatchEvent(new CustomEvent("camdesk:panel-open", { bubbles: true }))
    // Where one writes, before where one closes.
    const first = panel.querySelector("[autofocus], textarea, input:not([type=hidden])") ?? panel.querySelector("button, a")
    first?.focus()
  } else {
    panel.dispatchEvent(new CustomEvent("camdesk:panel-close", { bubbles: true }))
    panel.opener?.focus()
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-panel]")
  const panel = opener && document.getElementById(opener.dataset.panel)
  if (panel) {
    event.preventDefault()
    toggle(panel, opener, panel.hidden)
  } else {
    const closer = event.target.closest("[data-close-panel]")
    if (closer) toggle(closer.closest(".side-panel"), null, false)
  }
})
document.addEventListener("keydown", (event) => {
  const panel = event.key === "Escape" && event.target.closest?.(".side-panel")
  if (panel && !event.defaultPrevented) toggle(panel, null, false)
})
