// One person's place in a room of a Janus server (VideoRoom plugin), over a single websocket: what they send goes by
// one connection, what they see and hear of the others by another. Knows no page; what happens is told to `told`.
const PLUGIN = "janus.plugin.videoroom"
const ALIVE = 20_000
const PATIENCE = 10_000
const MOST_PICTURES = 12
const FULL = 432

class VideoRoom {
  constructor(pass, told) {
    this.pass = pass
    this.told = told
    this.people = new Map()
    this.taken = new Map()
    this.open = new Map()
    this.turn = Promise.resolve()
    this.over = false
    this.inside = false
  }

  // ---- coming and going

  async enter() {
    await this.connect()
    this.session = (await this.ask({ janus: "create" })).data.id
    this.ticking = setInterval(() => this.ask({ janus: "keepalive" }).catch(() => this.lose()), ALIVE)
    this.sending = await this.attach()
    const { participant: id } = this.pass
    const joined = await this.order(this.sending, { request: "join", ptype: "publisher", id, ...this.key() })
    this.meet(id, { me: true })
    for (const one of joined.attendees || []) this.meet(one.id)
    for (const one of joined.publishers || []) this.meets(one)
    this.inside = true
    this.take()
  }

  connect() {
    return new Promise((resolve, reject) => {
      this.socket = new WebSocket(this.pass.server, "janus-protocol")
      this.socket.onopen = resolve
      this.socket.onerror = () => reject(new Error("no connection"))
      this.socket.onclose = () => {
        reject(new Error("no connection"))
        this.lose()
      }
      this.socket.onmessage = (event) => this.hear(JSON.parse(event.data))
    })
  }

  leave() {
    if (this.over) return
    if (this.session && this.socket.readyState === WebSocket.OPEN) this.say({ janus: "destroy" })
    this.end()
  }

  lose() {
    if (this.over) return
    this.end()
    if (this.inside) this.told.lost()
  }

  end() {
    this.over = true
    clearInterval(this.ticking)
    this.socket.close()
    for (const waiting of this.open.values()) waiting.reject(new Error("no connection"))
    this.open.clear()
    this.outgoing?.close()
    this.incoming?.close()
  }

  // ---- speaking to the server

  say(words) {
    const transaction = crypto.randomUUID()
    const session = this.session ? { session_id: this.session } : {}
    this.socket.send(JSON.stringify({ ...words, ...session, transaction, token: this.pass.token }))
    return transaction
  }

  // The answer to what was said; a message to the plugin is acknowledged at once and answered later.
  ask(words) {
    return new Promise((resolve, reject) => {
      if (this.over || this.socket.readyState !== WebSocket.OPEN) return reject(new Error("no connection"))
      const transaction = this.say(words)
      const late = setTimeout(() => {
        this.open.delete(transaction)
        reject(new Error("no answer"))
      }, PATIENCE)
      const settle = (how) => (given) => {
        clearTimeout(late)
        how(given)
      }
      this.open.set(transaction, { later: words.janus === "message", resolve: settle(resolve), reject: settle(reject) })
    })
  }

  async attach() {
    return (await this.ask({ janus: "attach", plugin: PLUGIN })).data.id
  }

  async order(handle, body, jsep) {
    const answer = await this.ask({ janus: "message", handle_id: handle, body, ...(jsep && { jsep }) })
    const data = answer.plugindata.data
    if (data.error_code) throw Object.assign(new Error(data.error), { code: data.error_code })
    return { ...data, jsep: answer.jsep }
  }

  key() {
    return { room: this.pass.room, token: this.pass.key }
  }

  hear(message) {
    const waiting = this.open.get(message.transaction)
    if (waiting && !(waiting.later && message.janus === "ack")) {
      this.open.delete(message.transaction)
      if (message.janus === "error") waiting.reject(new Error(message.error.reason))
      else waiting.resolve(message)
    } else if (message.janus === "timeout" || message.janus === "hangup") {
      this.lose()
    } else if (message.plugindata && message.sender === this.taking) {
      if (message.jsep) this.inTurn(() => this.accept({ ...message.plugindata.data, jsep: message.jsep }))
    } else if (message.plugindata) {
      this.notice(message.plugindata.data)
    }
  }

  // ---- who is there

  notice(data) {
    const person = this.people.get(data.id)
    if (data.joining) this.meet(data.joining.id)
    for (const one of data.publishers || []) this.meets(one)
    if (data.unpublished && data.unpublished !== "ok") this.meets({ id: data.unpublished, streams: [] })
    if (data.leaving === "ok" || data.videoroom === "destroyed") {
      this.end()
      this.told.out()
      return
    }
    if (data.leaving || data.kicked) {
      this.people.delete(data.leaving || data.kicked)
      this.told.people()
    }
    if (person && data.moderation) this.meet(data.id, { silenced: data.moderation === "muted" })
    if (person && data.videoroom === "talking") this.meet(data.id, { speaks: true, spoke: Date.now() })
    if (person && data.videoroom === "stopped-talking") this.meet(data.id, { speaks: false })
    this.take()
  }

  // By their ids, which the server has checked; what somebody says they are called does not count.
  meet(id, facts = {}) {
    this.people.set(id, { id, streams: [], ...this.people.get(id), ...facts })
    this.told.people()
  }

  meets(publisher) {
    this.meet(publisher.id, { streams: (publisher.streams || []).filter((stream) => !stream.disabled) })
  }

  // ---- what is sent: sound first, then the picture; what is off is not sent at all

  async send(sound, picture) {
    if (!this.outgoing && !sound && !picture) return
    const request = this.outgoing ? "configure" : "publish"
    if (!this.outgoing) {
      this.outgoing = this.peer(this.sending)
      for (const kind of ["audio", "video"]) this.outgoing.addTransceiver(kind, { direction: "inactive" })
    }
    const places = this.outgoing.getTransceivers()
    for (const [place, track] of [[places[0], sound], [places[1], picture]]) {
      await place.sender.replaceTrack(track || null)
      place.direction = track ? "sendonly" : "inactive"
    }
    await this.outgoing.setLocalDescription(await this.outgoing.createOffer())
    const answer = await this.order(this.sending, { request }, this.outgoing.localDescription)
    await this.outgoing.setRemoteDescription(answer.jsep)
  }

  peer(handle) {
    const iceServers = this.pass.relays.map(({ urls, username, credential }) =>
      username ? { urls, username, credential } : { urls })
    const made = new RTCPeerConnection({ iceServers })
    made.onicecandidate = ({ candidate }) => {
      if (!this.over) this.say({ janus: "trickle", handle_id: handle, candidate: candidate || { completed: true } })
    }
    made.onconnectionstatechange = () => {
      if (made.connectionState === "failed") this.lose()
    }
    return made
  }

  // ---- what is taken: everybody's sound, and the pictures of those who spoke last

  wanted() {
    const others = [...this.people.values()].filter((person) => !person.me)
    const of = (person, type) => person.streams.filter((stream) => stream.type === type)
    const pictured = others.filter((person) => of(person, "video").length)
    this.more = pictured.length > MOST_PICTURES
    const shown = pictured.sort((a, b) => (b.spoke || 0) - (a.spoke || 0)).slice(0, MOST_PICTURES)
    const chosen = [...others.map((person) => [person, "audio"]), ...shown.map((person) => [person, "video"])]
    return new Map(chosen.flatMap(([person, type]) =>
      of(person, type).map(({ mid }) => [`${person.id} ${mid}`, { feed: person.id, mid }])))
  }

  take() {
    return this.inTurn(async () => {
      const wanted = this.wanted()
      const subscribe = [...wanted].filter(([key]) => !this.taken.has(key)).map(([, stream]) => stream)
      const unsubscribe = [...this.taken].filter(([key]) => !wanted.has(key)).map(([, stream]) => stream)
      if (!subscribe.length && !unsubscribe.length) return
      const before = this.taken
      this.taken = wanted
      try {
        if (this.incoming) {
          const changes = { ...(subscribe.length && { subscribe }), ...(unsubscribe.length && { unsubscribe }) }
          await this.accept(await this.order(this.taking, { request: "update", ...changes }))
        } else {
          this.taking = await this.attach()
          const first = { request: "join", ptype: "subscriber", streams: subscribe, ...this.key() }
          const offered = await this.order(this.taking, first)
          this.incoming = this.peer(this.taking)
          await this.accept(offered)
        }
      } catch (error) {
        // somebody went in between: what is still there is asked for with the next change
        this.taken = this.incoming ? before : new Map()
        setTimeout(() => this.over || this.take(), 1000)
      }
    })
  }

  async accept(data) {
    if (data.streams) this.coming = data.streams
    if (data.jsep) {
      await this.incoming.setRemoteDescription(data.jsep)
      await this.incoming.setLocalDescription(await this.incoming.createAnswer())
      await this.order(this.taking, { request: "start" }, this.incoming.localDescription)
    }
    const places = new Map(this.incoming.getTransceivers().map((place) => [place.mid, place.receiver.track]))
    const active = (this.coming || []).filter((stream) => stream.active && this.people.has(stream.feed_id))
    for (const person of this.people.values()) {
      const track = (type) => {
        const found = active.find((stream) => stream.feed_id === person.id && stream.type === type)
        return found ? places.get(found.mid) : null
      }
      if (!person.me) Object.assign(person, { sound: track("audio"), picture: track("video") })
    }
    this.told.people()
  }

  inTurn(step) {
    this.turn = this.turn.then(() => this.over || step()).catch(() => {})
    return this.turn
  }
}
