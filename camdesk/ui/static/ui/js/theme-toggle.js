// <theme-toggle>: buttons whose value is light, dark or "" (as the system wishes). The choice is a cookie, so that the
// server sends the right style sheet at once and nothing flashes.
const MEDIA = { light: "not all", dark: "all", "": "(prefers-color-scheme: dark)" }

customElements.define("theme-toggle", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = event.target.closest("button[value]")
      if (button) this.choose(button.value)
    })
  }

  choose(theme) {
    const year = 60 * 60 * 24 * 365
    const secure = location.protocol === "https:" ? "; Secure" : ""
    document.cookie = `camdesk_theme=${theme}; Path=/; Max-Age=${theme ? year : 0}; SameSite=Lax${secure}`
    document.getElementById("dark-tokens").media = MEDIA[theme]
    for (const button of document.querySelectorAll("theme-toggle button[value]")) {
      button.setAttribute("aria-pressed", String(button.value === theme))
    }
  }
})
