// A link with data-call-dialog="TITLE" opens its form in a dialog of the page, so that the request stays in view; the
// link itself leads to the same form on a page of its own. The form is sent by htmx: 422 brings it back with its errors.
document.addEventListener("click", async (event) => {
  const dialog = document.getElementById("call-dialog")
  if (event.target.closest?.("[data-close-dialog]") && dialog?.open) {
    event.preventDefault()
    return dialog.close()
  }
  const link = event.target.closest?.("[data-call-dialog]")
  if (!link || !dialog || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  link.closest("details.menu")?.removeAttribute("open")
  try {
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } })
    if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`)
    dialog.querySelector("h2").textContent = link.dataset.callDialog
    dialog.querySelector(".dialog-body").innerHTML = await answer.text()
    htmx.process(dialog)
    dialog.showModal()
  } catch {
    location.href = link.href
  }
})

document.addEventListener("dialogdone", () => document.getElementById("call-dialog")?.close())
