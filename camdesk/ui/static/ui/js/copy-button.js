// <copy-button text="…" done="Скопировано"><button>…: puts the text on the clipboard and says so.
// Over plain http there is no clipboard to write to, but a selection can still be copied.
const copy = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const area = document.createElement("textarea")
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand("copy")
  area.remove()
}

customElements.define("copy-button", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", async () => {
      await copy(this.getAttribute("text"))
      camdesk.toast(this.getAttribute("done"))
    })
  }
})
