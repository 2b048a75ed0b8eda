// Saves a draft by itself a few seconds after the last key, through the form's own address; without this script
// the form is saved by its button.
const form = document.querySelector("form[data-autosave]")
const said = form.querySelector("[data-said]")
const WAIT = 4000
let changed = false
let saving = false
let timer

form.addEventListener("input", () => {
  changed = true
  clearTimeout(timer)
  timer = setTimeout(save, WAIT)
})
form.addEventListener("submit", (event) => {
  clearTimeout(timer)
  if (saving) {
    // the answer under way brings the version this form must name
    event.preventDefault()
    setTimeout(() => form.requestSubmit(event.submitter), 300)
    return
  }
  changed = false
})
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault()
})

async function save() {
  if (saving || !changed) return
  saving = true
  changed = false
  const typed = new FormData(form)
  typed.set("autosave", "yes")
  typed.delete("once")
  try {
    const answer = await fetch(form.action, { method: "POST", body: typed, redirect: "manual" })
    if (answer.type === "opaqueredirect") {
      tell(form.dataset.loggedOut, false)
    } else {
      const told = await answer.json()
      tell(told.said, answer.ok)
      if (answer.ok) take(told)
    }
  } catch {
    tell(form.dataset.failed, false)
    timer = setTimeout(save, 4 * WAIT)
  } finally {
    saving = false
  }
}

function tell(sentence, saved) {
  said.textContent = sentence
  if (!saved) changed = true
}

function take(told) {
  form.elements.seen_version.value = told.version
  if (form.getAttribute("action") !== told.address) {
    form.action = told.address
    history.replaceState(null, "", told.address)
  }
}
