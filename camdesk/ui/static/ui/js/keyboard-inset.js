// How much of the page a keyboard on the screen covers, as --keyboard: browsers that do not shrink the page for it (Safari
// on a phone) only shrink what is seen of it.
const view = window.visualViewport
const tell = () => {
  const covered = Math.max(0, Math.round(innerHeight - view.height - view.offsetTop))
  document.documentElement.style.setProperty("--keyboard", `${covered > 60 ? covered : 0}px`)
}
view?.addEventListener("resize", tell)
view?.addEventListener("scroll", tell)
