// <file-picker>: files are uploaded while the rest of the form is being written; the form then sends only their ids.
//
//   attributes   name (of the ids), place (of the draft), upload (address), most, most-bytes, words (JSON)
//   picker.ids   what is uploaded; picker.add(files); picker.clear() after a message was sent without leaving the page
//   "files-changed" bubbles up whenever the ids change, so that drafts can be saved
//
// A file above PIECE_FROM goes in pieces and continues where it stopped. What is uploaded survives a reload.
const PIECE_FROM = 5 * 1024 * 1024
const PIECE = 4 * 1024 * 1024
const PAUSES = [1000, 2000, 4000, 8000, 15000]  // between tries, ms; then the person is asked

const SCANS = [0, 1000, 2000, 4000, 8000, 15000, 30000, 0]  // between looks at what the scanner says, ms

const sleep = (ms) => new Promise((wake) => {
  const timer = setTimeout(done, ms)
  function done() { clearTimeout(timer); removeEventListener("online", done); wake() }
  addEventListener("online", done)
})

class Refused extends Error {}  // the server said no, in words: trying again changes nothing
class Removed extends Error {}  // the person took the file back

customElements.define("file-picker", class extends HTMLElement {
  connectedCallback() {
    if (this.files) return this.moved()
    this.files = []
    this.words = JSON.parse(this.getAttribute("words"))
    this.most = Number(this.getAttribute("most"))
    this.mostBytes = Number(this.getAttribute("most-bytes"))
    this.address = this.getAttribute("upload")
    this.memory = `files:${this.getAttribute("place")}`
    this.input = this.querySelector("input[type=file]")
    this.drop = this.querySelector(".file-drop")
    this.list = this.querySelector(".file-list")
    this.says = this.querySelector(".file-says")
    this.refused = this.querySelector(".file-refused")
    this.blank = this.querySelector("template.file-blank")
    this.form = this.closest("form")
    // A browser's own field would go on saying "no file chosen": ours says what it does, in the page's language.
    this.choose = this.querySelector(".file-choose")
    this.choose.hidden = false
    this.input.hidden = true
    this.input.before(this.choose)
    this.listeners = new AbortController()
    this.restore()
    this.listen()
  }

  disconnectedCallback() {
    this.listeners.abort()
  }

  // A chat that has just begun takes its composer along.
  moved() {
    this.form = this.closest("form")
    this.listeners = new AbortController()
    this.listen()
  }

  get ids() {
    return this.files.filter((file) => file.state === "ready").map((file) => file.id)
  }

  clear() {
    for (const file of [...this.files]) {
      file.request?.abort()
      file.state = "removed"
      this.forget(file)
    }
    this.say("")
    this.refuse("")
    this.changed()
  }

  // What is uploaded goes with a message, and comes back should the message be refused.
  take() {
    const taken = this.files.filter((file) => file.state === "ready").map(({ id, name, size, preview, url }) => ({ id, name, size, preview, url }))
    this.clear()
    return taken
  }

  giveBack(files) {
    for (const one of files) {
      if (this.files.some((file) => file.id === one.id)) continue
      const file = { ...one, state: "ready" }
      this.files.push(file)
      this.show(file)
      this.check(file, true)
    }
    if (files.length) this.changed()
  }

  listen() {
    const signal = this.listeners.signal
    const place = this.form ?? this
    this.choose.addEventListener("click", () => this.input.click(), { signal })
    this.input.addEventListener("change", () => {
      const chosen = [...this.input.files]
      this.input.value = ""  // the ids are sent, not the files a second time
      this.add(chosen)
    }, { signal })
    place.addEventListener("paste", (event) => this.pasted(event), { signal })
    let depth = 0
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files")
    place.addEventListener("dragenter", (event) => {
      if (!carriesFiles(event)) return
      depth += 1
      this.drop.classList.add("is-over")
    }, { signal })
    place.addEventListener("dragleave", (event) => {
      if (carriesFiles(event) && --depth <= 0) this.drop.classList.remove("is-over")
    }, { signal })
    place.addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault() }, { signal })
    place.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      depth = 0
      this.drop.classList.remove("is-over")
      this.dropped(event.dataTransfer)
    }, { signal })
    // Before anybody else hears of it, htmx included: what is not uploaded yet must not be left behind.
    this.form?.addEventListener("submit", (event) => this.beforeSubmit(event), { signal, capture: true })
    this.form?.addEventListener("reset", () => this.clear(), { signal })
    addEventListener("offline", () => { if (this.busy()) this.say(this.words.offline) }, { signal })
  }

  dropped(transfer) {
    const files = []
    for (const item of transfer.items) {
      if (item.kind !== "file") continue
      const entry = item.webkitGetAsEntry?.()
      if (entry?.isDirectory) this.refuse(this.word("folder", entry.name))
      else if (item.getAsFile()) files.push(item.getAsFile())
    }
    if (files.length) this.add(files)
  }

  pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])]
    if (!files.length) return
    // A picture copied together with text (from an office program) is meant as text.
    if (event.clipboardData.types.includes("text/plain") && event.target.matches("input, textarea")) return
    event.preventDefault()
    const stamp = new Date().toLocaleString("sv").replaceAll(":", "-")
    this.add(files.map((file) => file.name === "image.png"
      ? new File([file], `${this.words.pasted} ${stamp}.png`, { type: file.type }) : file))
  }

  beforeSubmit(event) {
    const failed = this.files.find((file) => file.state === "failed")
    if (!this.busy() && !failed) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (failed) {
      this.refuse(failed.scan === "infected" ? failed.error : this.word("stuck", failed.name))
      failed.tile.querySelector(".file-retry:not([hidden]), .file-remove").focus()
      return
    }
    this.say(this.words.wait)
    this.sendWhenDone = event.submitter ?? true
  }

  busy() {
    return this.files.some((file) => file.state === "waiting" || file.state === "uploading")
  }

  // --- the list

  add(chosen) {
    const complaints = []
    for (const source of chosen) {
      const wrong = this.files.length >= this.most ? "too_many"
        : source.size > this.mostBytes ? "too_large" : source.size === 0 ? "empty" : ""
      if (wrong) {
        complaints.push(this.word(wrong, source.name))
        continue
      }
      const file = { source, name: source.name, size: source.size, state: "waiting", id: "", ...this.begun(source) }
      this.files.push(file)
      this.show(file)
    }
    this.refuse(complaints.join(" "))
    this.remember()
    this.work()
  }

  show(file) {
    const tile = file.tile = this.blank.content.firstElementChild.cloneNode(true)
    tile.querySelector(".file-name").textContent = file.name
    const remove = tile.querySelector(".file-remove")
    const retry = tile.querySelector(".file-retry")
    for (const [button, word] of [[remove, "remove"], [retry, "retry"]]) {
      button.setAttribute("aria-label", this.word(word, file.name))  // the tooltip stays short
    }
    tile.querySelector("progress").setAttribute("aria-label", this.word("progress", file.name))
    remove.addEventListener("click", () => this.remove(file))
    retry.addEventListener("click", () => {
      file.state = "waiting"
      this.draw(file)
      this.work()
    })
    this.picture(file)
    this.list.hidden = false
    this.list.append(tile)
    this.draw(file)
  }

  picture(file) {
    const drawable = file.source?.type.startsWith("image/") && file.source.size < 20 * 1024 * 1024
    const address = file.preview || (drawable ? URL.createObjectURL(file.source) : "")
    if (!address) return
    const image = document.createElement("img")
    image.alt = ""
    const kind = file.tile.querySelector(".file-picture").firstElementChild
    image.addEventListener("error", () => image.replaceWith(kind))
    image.addEventListener("load", () => { if (address.startsWith("blob:")) URL.revokeObjectURL(address) })
    image.src = address
    file.tile.querySelector(".file-picture").replaceChildren(image)
  }

  draw(file, done = 0) {
    const tile = file.tile
    const busy = file.state === "waiting" || file.state === "uploading"
    tile.classList.toggle("is-uploading", busy)
    tile.classList.toggle("is-failed", file.state === "failed")
    const bar = tile.querySelector("progress")
    const percent = Math.floor(done / file.size * 100)
    bar.hidden = !busy
    bar.value = percent
    tile.querySelector(".file-size").textContent = this.sizeWords(file.size) + (busy ? `, ${percent}%` : "")
    const error = tile.querySelector(".error")
    error.hidden = file.state !== "failed"
    error.textContent = file.error ?? ""
    tile.querySelector(".file-retry").hidden = file.state !== "failed" || !file.source
    tile.querySelector("input")?.remove()
    if (file.state === "ready") {
      const field = document.createElement("input")
      field.type = "hidden"
      field.name = this.getAttribute("name")
      field.value = file.id
      tile.append(field)
    }
  }

  async remove(file) {
    const next = file.tile.nextElementSibling ?? file.tile.previousElementSibling
    file.state = "removed"
    file.request?.abort()
    this.forget(file)
    ;(next?.querySelector(".file-remove") ?? this.choose).focus()
    this.say(this.word("removed", file.name))
    this.changed()
    // Should this be lost, the server clears it away after a day.
    if (file.id) await fetch(`${this.address}${file.id}`, { method: "DELETE", headers: this.token() }).catch(() => {})
  }

  forget(file) {
    file.tile.remove()
    this.files = this.files.filter((other) => other !== file)
    this.list.hidden = !this.list.children.length
  }

  // --- uploading, one after another

  async work() {
    if (this.working) return
    this.working = true
    let file
    while ((file = this.files.find((one) => one.state === "waiting"))) {
      file.state = "uploading"
      try {
        Object.assign(file, await this.upload(file), { state: "ready", error: "" })
        this.say(this.word("added", file.name))
        this.watch(file)
      } catch (error) {
        if (error instanceof Removed || file.state === "removed") continue
        file.state = "failed"
        file.error = error instanceof Refused ? error.message : this.word("failed", file.name)
        this.say(file.error)
      }
      if (file.state === "removed") continue
      this.draw(file)
      this.changed()
    }
    this.working = false
    this.submitIfAsked()
  }

  submitIfAsked() {
    const submitter = this.sendWhenDone
    if (!submitter) return
    this.sendWhenDone = null
    if (this.files.some((file) => file.state === "failed")) return
    this.form.requestSubmit(submitter === true ? undefined : submitter)
  }

  upload(file) {
    return file.size > PIECE_FROM ? this.inPieces(file) : this.whole(file)
  }

  async whole(file) {
    const answer = await this.untilAnswered(file, () =>
      this.send(file, "POST", this.address, file.source, { "X-File-Name": encodeURIComponent(file.name) }))
    return { id: answer.id, preview: answer.preview, url: answer.url, name: answer.name, scan: answer.scan }
  }

  async inPieces(file) {
    let offset = 0
    if (file.id) offset = await this.untilAnswered(file, () => this.offset(file))
    if (!file.id || offset === null) {
      const headers = { "X-File-Name": encodeURIComponent(file.name), "Upload-Length": String(file.size) }
      file.id = (await this.untilAnswered(file, () => this.send(file, "POST", this.address, null, headers))).id
      offset = 0
      this.remember()
    }
    for (;;) {
      this.draw(file, offset)
      const answer = await this.untilAnswered(file, async (again) => {
        // After a break the server knows best how far we came.
        if (again) offset = await this.offset(file) ?? 0
        const piece = file.source.slice(offset, offset + PIECE)
        return this.send(file, "PATCH", this.address + file.id, piece, { "Upload-Offset": String(offset) }, offset)
      })
      if (answer.id) return { id: answer.id, preview: answer.preview, url: answer.url, name: answer.name, scan: answer.scan }
      offset = answer.offset
    }
  }

  // The byte to go on at; null when the upload is not there any more.
  async offset(file) {
    const answer = await fetch(this.address + file.id, { method: "HEAD" })
    if (answer.status === 404 || answer.status === 410) return null
    if (!answer.ok) throw new Error(answer.status)
    return Number(answer.headers.get("Upload-Offset"))
  }

  async untilAnswered(file, ask) {
    for (let tries = 0; ; tries++) {
      if (file.state === "removed") throw new Removed()
      try {
        return await ask(tries > 0)
      } catch (error) {
        if (error instanceof Refused || error instanceof Removed || tries >= PAUSES.length) throw error
        if (!navigator.onLine) this.say(this.words.offline)
        await sleep(PAUSES[tries])
      }
    }
  }

  // One request with progress. Resolves to the JSON of the answer, or {offset}; rejects with Refused, Removed or Error.
  send(file, method, address, body, headers, done = 0) {
    return new Promise((resolve, reject) => {
      const request = file.request = new XMLHttpRequest()
      request.open(method, address)
      request.setRequestHeader("Content-Type", "application/octet-stream")
      for (const [name, value] of Object.entries({ ...this.token(), ...headers })) request.setRequestHeader(name, value)
      request.upload.addEventListener("progress", (event) => this.draw(file, Math.min(file.size, done + event.loaded)))
      request.addEventListener("error", () => reject(new Error("no connection")))
      request.addEventListener("timeout", () => reject(new Error("timeout")))
      request.addEventListener("abort", () => reject(new Removed()))
      request.addEventListener("load", () => {
        const offset = request.getResponseHeader("Upload-Offset")
        if (request.status === 204) return resolve({ offset: Number(offset) })
        if (request.status === 409 && offset !== null) return resolve({ offset: Number(offset) })
        let said = {}
        try { said = JSON.parse(request.responseText) } catch { /* a page of a proxy */ }
        if (request.status < 300 && said.id) return resolve(said)
        const final = said.error && request.status !== 503
        reject(final ? new Refused(said.error) : new Error(request.status))
      })
      request.send(body)
    })
  }

  token() {
    const field = this.form?.querySelector("input[name=csrfmiddlewaretoken]")
    if (field) return { "X-CSRFToken": field.value }
    return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")
  }

  // --- what survives a reload

  changed() {
    this.remember()
    this.dispatchEvent(new CustomEvent("files-changed", { bubbles: true, detail: { ids: this.ids } }))
  }

  remember() {
    const rows = this.files.filter((file) => file.state !== "removed").map(({ id, name, size, preview, url, state, source }) =>
      ({ id, name, size, preview, url, whole: state === "ready", changed: source?.lastModified }))
    try {
      if (rows.length) localStorage.setItem(this.memory, JSON.stringify(rows))
      else localStorage.removeItem(this.memory)
    } catch { /* a private window keeps nothing */ }
  }

  remembered() {
    try { return JSON.parse(localStorage.getItem(this.memory)) ?? [] } catch { return [] }
  }

  // A large file chosen again after a reload goes on where its first upload stopped.
  begun(source) {
    const row = this.remembered().find((one) =>
      !one.whole && one.name === source.name && one.size === source.size && one.changed === source.lastModified)
    return row && !this.files.some((file) => file.id === row.id) ? { id: row.id } : {}
  }

  restore() {
    const kept = [...this.list.querySelectorAll("input[type=checkbox]")].map((box) => ({
      id: box.value, name: box.dataset.name, size: Number(box.dataset.size), url: box.dataset.url,
      preview: box.dataset.preview, known: true,
    }))
    this.list.replaceChildren()
    const known = new Set(kept.map((row) => row.id))
    for (const row of [...kept, ...this.remembered().filter((one) => one.whole && !known.has(one.id))]) {
      const file = { ...row, state: "ready" }
      this.files.push(file)
      this.show(file)
      if (!row.known) this.check(file)
      this.watch(file)
    }
    // What had not come over when the page was left: only its owner can choose it once more.
    const lost = this.remembered().filter((one) => !one.whole)
    if (lost.length) this.refuse(lost.map(({ name }) => this.word("again", name)).join(" "))
  }

  // The scanner takes a second or a few: that a file is infected is said before it is sent, and it is not sent along.
  async watch(file) {
    for (const pause of SCANS) {
      if (file.state !== "ready" || file.scan === "given") return
      if (file.scan === "infected") {
        file.state = "failed"
        file.error = this.word("infected", file.name)
        file.source = null  // once more it would be the same
        this.draw(file)
        this.changed()
        return this.refuse(file.error)
      }
      await sleep(pause)
      const answer = await fetch(this.address + file.id, { method: "HEAD" }).catch(() => null)
      file.scan = answer?.headers.get("X-Scan") ?? file.scan
    }
  }

  // Was it sent meanwhile, in another tab, or swept away? Only an unsent file has an offset.
  async check(file, wanted = false) {
    const answer = await fetch(this.address + file.id, { method: "HEAD" }).catch(() => null)
    if (!answer || answer.status >= 500 || (answer.ok && answer.headers.has("Upload-Offset"))) return
    this.forget(file)
    if (wanted) this.refuse(this.word("again", file.name))
    this.changed()
  }

  // --- words

  word(key, name) {
    return this.words[key].replace("{name}", () => name)
  }

  // Quietly, what goes on; and, to stay until the next try, what was not taken.
  say(text) {
    this.says.textContent = text
  }

  refuse(text) {
    this.refused.textContent = text
  }

  sizeWords(size) {
    const [value, unit] = size < 1024 ? [size, "bytes"]
      : size < 1000 * 1024 ? [size / 1024, "kilobytes"] : [size / 1024 / 1024, "megabytes"]
    const digits = value >= 100 || unit === "bytes" ? 0 : 1
    const figure = value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits })
    return `${figure}\u00a0${this.words[unit]}`
  }
})
