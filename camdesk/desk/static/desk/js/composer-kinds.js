// Reply or note: the key r or n chooses and puts the cursor into the field; the field says which it is.
document.addEventListener("change", (event) => {
  if (event.target.matches(".kinds input")) said(event.target.form)
})
document.addEventListener("click", (event) => {
  if (!event.target.matches(".kinds input")) return
  event.target.form.querySelector("textarea").focus()
})
document.addEventListener("DOMContentLoaded", () => {
  for (const form of document.querySelectorAll("form.composer")) said(form)
})

function said(form) {
  const area = form.querySelector("textarea")
  if (!area?.dataset.notePlaceholder) return
  area.dataset.replyPlaceholder ??= area.placeholder
  const note = form.elements.kind.value === "note"
  area.placeholder = note ? area.dataset.notePlaceholder : area.dataset.replyPlaceholder
}

// A menu opened by its key is walked by arrows at once.
document.addEventListener("toggle", (event) => {
  const menu = event.target
  if (!menu.matches?.("details.menu[open]") || menu.contains(document.activeElement)) return
  menu.querySelector(".menu-items :is(a, button)")?.focus()
}, true)

// What an agent decided in a menu is done: the menu closes, so that the news may take its place.
document.addEventListener("htmx:beforeRequest", (event) => {
  const menu = event.target.closest?.("details.menu")
  if (menu) menu.open = false
})
