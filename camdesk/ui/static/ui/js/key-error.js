// The key ceremony ended without an answer (closed, timed out, no key): say so beside the button.
document.addEventListener("allauth.error", (event) => {
  const words = document.querySelector("[data-key-error]")
  if (!words) return
  event.preventDefault()
  words.hidden = false
})
