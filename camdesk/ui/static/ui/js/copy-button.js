// <copy-button text="…" done="Скопировано"><button>…: puts the text on the clipboard and says so.
customElements.define("copy-button", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.getAttribute("text"))
      camdesk.toast(this.getAttribute("done"))
    })
  }
})
