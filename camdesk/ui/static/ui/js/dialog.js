// Any button with data-dialog="ID" opens that <dialog>; a click on the backdrop closes it. Focus returns by itself.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]")
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog)
    if (dialog && !dialog.open) {
      event.preventDefault()
      dialog.showModal()
    }
    return
  }
  if (event.target.matches("dialog[open]")) {
    const box = event.target.getBoundingClientRect()
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom
    if (!inside && event.detail > 0) event.target.close()
  }
})
