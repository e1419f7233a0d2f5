// Opens a ticket beside the queue without leaving it: the queue stays where it is, the other panes change. Links stay
// links: with Ctrl, in a new tab, without scripts and when anything goes wrong they open as pages.
let busy = null

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".pane-list .queue-row > a.subject")
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  open(link.href, true)
})

addEventListener("popstate", () => {
  if (document.querySelector(".pane-list") && document.querySelector("ticket-thread")) open(location.href, false)
})

async function open(address, push) {
  busy?.abort()
  busy = new AbortController()
  try {
    const answer = await fetch(address, { headers: { "X-Panes": "1" }, signal: busy.signal })
    if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`)
    show(new DOMParser().parseFromString(await answer.text(), "text/html"))
    if (push) history.pushState(null, "", address)
    mark()
  } catch (error) {
    if (error.name !== "AbortError") location.href = address
  }
}

function show(news) {
  document.title = news.title
  for (const [pane, tag] of [[".pane-main", "main"], [".pane-side", "aside"]]) {
    const place = document.querySelector(pane)
    place.replaceChildren(...document.adoptNode(news.querySelector(tag)).childNodes)
    place.scrollTop = 0
    htmx.process(place)
  }
  document.querySelector("ticket-thread")?.begin()
  document.querySelector(".pane-main").focus({ preventScroll: true })
  shows("main")
}

function mark() {
  for (const row of document.querySelectorAll(".pane-list .queue-row")) {
    const here = row.querySelector("a.subject").pathname === location.pathname
    row.classList.toggle("is-current", here)
    if (here) row.querySelector("a.subject").setAttribute("aria-current", "page")
    else row.querySelector("a.subject").removeAttribute("aria-current")
    if (here) {
      row.classList.remove("is-unread")
      row.scrollIntoView({ block: "nearest" })
    }
  }
}

// A phone shows one pane; buttons say which.
function shows(name) {
  const shell = document.querySelector(".desk-shell")
  for (const pane of ["list", "main", "side"]) shell.classList.toggle(`shows-${pane}`, pane === name)
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-shows]")
  if (!button) return
  const shell = document.querySelector(".desk-shell")
  const wanted = button.dataset.shows
  const narrow = matchMedia("(max-width: 48em)").matches
  if (narrow) shows(wanted)
  else shell.classList.toggle("hides-side", wanted === "side" && !shell.classList.contains("hides-side"))
})

document.addEventListener("camdesk:rows", mark)
