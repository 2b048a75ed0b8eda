// The page of a room: enters by a pass the portal gives, shows who is there, and comes back by itself when the
// connection is lost. Without this script the page says what else one can do.
const page = document.querySelector("[data-room]")
const part = (name) => page.querySelector(`[data-${name}]`)
const before = part("before")
const inside = part("inside")
const LONGEST_WAIT = 8000
const MOST_TRIES = 4
const own = { microphone: null, camera: null }
const shown = new Map()
const names = new Map()
const AGAIN = 2000
let learning = null
let room = null
let silenced = false
let staying = false
let denied = false

if (window.RTCPeerConnection && navigator.mediaDevices) before.hidden = false
else part("old").hidden = false

before.addEventListener("submit", async (event) => {
  event.preventDefault()
  before.hidden = true
  staying = true
  denied = false
  const wanted = ["microphone", "camera"].filter((name) => before.elements[name].checked)
  if (wanted.length) {
    tell("asking")
    if (!(await turnOn(...wanted)) && wanted.length > 1) for (const name of wanted) await turnOn(name)
    denied = wanted.some((name) => !own[name])
  }
  tell("entering")
  await enter()
})
part("leave").addEventListener("click", () => leave("left"))
for (const button of page.querySelectorAll("[data-switch]")) {
  button.addEventListener("click", async () => {
    const name = button.dataset.switch
    button.disabled = true
    if (own[name]) turnOff(name)
    else if (!(await turnOn(name))) tell("noDevice")
    await send()
    button.disabled = name === "microphone" && silenced
  })
}
part("people").addEventListener("click", async (event) => {
  const button = event.target.closest("[data-then]")
  if (!button) return
  const { then } = button.dataset
  button.disabled = true
  const told = await post(`${page.dataset.room}/people/${button.closest("li").dataset.id}`, { then })
  button.disabled = false
  if (told.said) say(told.said)
  else if (then === "remove") tell("removed")
})

// ---- entering, leaving, coming back

async function enter() {
  for (let tries = 1, wait = 500; staying; tries++, wait = Math.min(2 * wait, LONGEST_WAIT)) {
    const told = await post(before.action, {})
    if (!staying) return
    if (told.final) return leave(null, told.said)
    if (told.server) {
      try {
        room = new VideoRoom(told, { people, lost, out: () => leave("out") })
        await room.enter()
        await send()
        if (!staying || room.over) return
        const first = inside.hidden
        inside.hidden = false
        if (first) inside.querySelector("h2").focus()
        return tell(denied ? "noDevice" : "inside")
      } catch (error) {
        room?.leave()
        if (error.code === FULL) return leave("full")
      }
    }
    if (!inside.hidden) tell("lost")
    else if (tries === MOST_TRIES) return leave("failed", told.said)
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
}

function lost() {
  tell("lost")
  clear()
  enter()
}

function leave(why, sentence) {
  staying = false
  room?.leave()
  room = null
  clear()
  turnOff("microphone")
  turnOff("camera")
  silenced = false
  inside.hidden = true
  before.hidden = false
  if (sentence) say(sentence)
  else tell(why)
  before.querySelector("h2").focus()
}

addEventListener("pagehide", () => room?.leave())

// What the portal answers; `final` when asking again would not help.
async function post(address, fields) {
  const sent = new FormData(before)
  for (const [name, value] of Object.entries(fields)) sent.set(name, value)
  try {
    const answer = await fetch(address, { method: "POST", body: sent, redirect: "manual" })
    if (answer.type === "opaqueredirect") return { said: page.dataset.saidLoggedOut, final: true }
    const told = await answer.json()
    return answer.ok ? told : { said: told.said, final: answer.status < 500 && answer.status !== 429 }
  } catch {
    return { said: page.dataset.saidFailed }
  }
}

// ---- one's own camera and microphone

// Asked for together, so that the browser asks once.
async function turnOn(...names) {
  const asked = {}
  if (names.includes("microphone")) asked.audio = true
  if (names.includes("camera")) asked.video = { width: 640, height: 360, frameRate: 20 }
  try {
    for (const track of (await navigator.mediaDevices.getUserMedia(asked)).getTracks()) {
      const name = track.kind === "audio" ? "microphone" : "camera"
      own[name] = track
      track.onended = () => {
        turnOff(name)
        send()
      }
      press(name)
    }
    return true
  } catch {
    return false
  }
}

function turnOff(name) {
  own[name]?.stop()
  own[name] = null
  press(name)
}

function press(name) {
  page.querySelector(`[data-switch="${name}"]`).setAttribute("aria-pressed", String(own[name] !== null))
  people()
}

async function send() {
  try {
    if (room && !room.over) await room.send(own.microphone, own.camera)
  } catch (error) {
    if (error.code === FULL) leave("full")
    else room?.lose()
  }
}

// ---- who is there

function people() {
  const there = room && !room.over ? [...room.people.values()] : []
  const gone = new Set(shown.keys())
  for (const person of there) {
    if (!names.has(person.id)) {
      learn()
      continue
    }
    gone.delete(person.id)
    show(person)
    if (person.me) notice(Boolean(person.silenced))
  }
  for (const id of gone) forget(id)
  part("count").textContent = new Intl.NumberFormat(document.documentElement.lang).format(there.length)
  part("more").hidden = !room?.more
}

// The portal says who is called what: nobody is shown or heard by a name of their own making.
function learn() {
  learning ||= fetch(`${page.dataset.room}/people`, { redirect: "manual" })
    .then((answer) => (answer.ok ? answer.json() : []))
    .then((told) => told.forEach((one) => names.set(one.person_id, one.name)))
    .then(people)
    .catch(() => {})
    .finally(() => setTimeout(learnAgain, AGAIN))
}

function learnAgain() {
  learning = null
  people()
}

function show(person) {
  if (!shown.has(person.id)) shown.set(person.id, { line: filled("person", person), tile: null })
  const { line } = shown.get(person.id)
  const sounds = person.me ? own.microphone : person.streams.some((stream) => stream.type === "audio")
  const one = (name) => line.querySelector(`[data-${name}]`)
  one("me").hidden = !person.me
  one("speaking").hidden = !person.speaks || !sounds || person.silenced
  one("quiet").hidden = Boolean(sounds) && !person.silenced
  const order = one("order")
  if (order) {
    order.hidden = Boolean(person.me)
    order.querySelector('[data-then="silence"]').hidden = !sounds || person.silenced
    order.querySelector('[data-then="speak"]').hidden = !person.silenced
  }
  play(line.querySelector("audio"), person.me ? null : person.sound)
  picture(person, person.me ? own.camera : person.picture)
}

function picture(person, track) {
  const known = shown.get(person.id)
  if (track && !known.tile) known.tile = filled("picture", person)
  if (!track && known.tile) {
    play(known.tile.querySelector("video"), null)
    known.tile.remove()
    known.tile = null
  }
  if (known.tile) {
    known.tile.classList.toggle("speaks", Boolean(person.speaks))
    known.tile.classList.toggle("me", Boolean(person.me))
    play(known.tile.querySelector("video"), track)
  }
}

function filled(name, person) {
  const made = part(name).content.firstElementChild.cloneNode(true)
  made.dataset.id = person.id
  for (const place of made.querySelectorAll("[data-name]")) place.textContent = names.get(person.id)
  made.querySelector("video")?.setAttribute("aria-label", names.get(person.id))
  part(name === "person" ? "people" : "pictures").append(made)
  return made
}

function play(element, track) {
  const now = element.srcObject?.getTracks()[0] || null
  if (now !== (track || null)) element.srcObject = track ? new MediaStream([track]) : null
}

function forget(id) {
  const { line, tile } = shown.get(id)
  line.remove()
  tile?.remove()
  shown.delete(id)
}

function clear() {
  for (const id of [...shown.keys()]) forget(id)
  people()
}

function notice(now) {
  if (now === silenced) return
  silenced = now
  page.querySelector('[data-switch="microphone"]').disabled = now
  tell(now ? "silenced" : "unsilenced")
}

// ---- what is said

function tell(name) {
  say(page.dataset[`said${name[0].toUpperCase()}${name.slice(1)}`])
}

function say(sentence) {
  part("state").hidden = false
  part("state").textContent = sentence
}
