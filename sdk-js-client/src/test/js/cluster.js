// Nodes that keep sessions as docs/protocol.md says, behind a network that loses what is on its way when a test cuts it.
import { protobufWire } from "../../main/js/wire.js";
import { bytes, jsonWire, text } from "./fakes.js";

const UNNUMBERED = new Set(["hello", "welcome", "ack", "ping", "pong", "goAway"]);

/** Numbers from a seed: xorshift32. */
export function seeded(seed) {
  let state = seed | 1;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  random.below = (n) => Math.floor(random() * n);
  random.shuffled = (list) => list.map((item) => [random(), item]).sort(([a], [b]) => a - b).map(([, item]) => item);
  return random;
}

/**
 * One session on nodes that are one to the client. What it hears is in `heard`: [room, event, text] in the order in which numbered
 * frames brought it. Every resume moves the session to another node half of the time, with other numbers of rooms and routes.
 */
export class FakeCluster {
  heard = [];
  cuts = 0;
  resumes = 0;
  refused = 0;
  acksHeard = 0;
  unreachable = false;
  session;
  #line;
  #ackedAt = 0;

  constructor(clock, random) {
    this.clock = clock;
    this.random = random;
    const cluster = this;
    this.WebSocket = class {
      bufferedAmount = 0;
      constructor(url, [subprotocol]) {
        this.wire = [protobufWire, jsonWire].find((wire) => wire.subprotocol === subprotocol);
        cluster.#connect(this);
      }
      send(data) {
        if (this.line) cluster.#carry(this.line.toServer, data, (it) => cluster.#read(this, it));
      }
      close() {
        if (this.line) cluster.#end(this.line);
      }
    };
  }

  #connect(socket) {
    this.clock.setTimeout(() => {
      if (!socket.onopen) return;
      if (this.unreachable) return socket.onclose({ code: 1006, reason: "" });
      socket.line = this.#line = { socket, toServer: [], toClient: [], greeted: false };
      socket.onopen();
    }, this.random.below(20));
  }

  /** What is on its way arrives in order, each up to 10 ms later, unless the line is cut. */
  #carry(way, data, arrive) {
    const item = { data, arrive };
    way.push(item);
    this.clock.setTimeout(() => {
      if (!item.gone) this.#arriveUpTo(way, item);
    }, this.random.below(10));
  }

  #arriveUpTo(way, last) {
    for (;;) {
      const item = way.shift();
      item.gone = true;
      item.arrive(item.data);
      if (item === last) return;
    }
  }

  #end(line) {
    for (const item of [...line.toServer, ...line.toClient]) item.gone = true;
    line.toServer = line.toClient = [];
    line.socket.line = undefined;
    if (this.#line === line) this.#line = undefined;
  }

  /** The connection breaks: of what is on its way in each direction only a part arrives. The client may learn of it later. */
  cut() {
    const line = this.#line;
    if (!line) return;
    this.cuts++;
    for (const way of [line.toServer, line.toClient]) {
      const arriving = way.slice(0, this.random.below(way.length + 1));
      if (arriving.length) this.#arriveUpTo(way, arriving.at(-1));
      if (!line.socket.line) return; // the client was faster
    }
    const { socket } = line;
    this.#end(line);
    this.clock.setTimeout(() => socket.onclose?.({ code: 1006, reason: "" }), this.random.below(30));
  }

  get connected() {
    return Boolean(this.#line?.greeted);
  }

  // -- the server

  #transmit(frames) {
    const line = this.#line;
    if (!line) return;
    const { wire } = line.socket;
    // What one flush writes, in one WebSocket message or two.
    const at = this.random.below(frames.length + 1);
    for (const part of [frames.slice(0, at), frames.slice(at)]) {
      if (!part.length) continue;
      const data = wire.join(part.map(([kind, body]) => (kind === "data" ? wire.data(body.route, body.payload) : wire.encode(kind, body))));
      this.#carry(line.toClient, data, (it) => line.socket.onmessage?.({ data: it instanceof Uint8Array ? it.slice().buffer : it }));
    }
  }

  /** Numbers a frame, keeps it, and sends it if there is a connection. */
  tell(kind, body) {
    this.session.kept.push([kind, body]);
    if (this.connected) this.#transmit([[kind, body]]);
  }

  #read(socket, data) {
    const frames = socket.wire === protobufWire ? socket.wire.decode(data.slice().buffer) : socket.wire.decode(data);
    for (const [kind, body] of frames) {
      // Whatever the client says first shows that it has the new token: the old one is of no use any more.
      if (kind !== "hello") {
        if (!this.#line?.greeted) throw new Error(`${kind} before the welcome`);
        this.session.tokens[0] = undefined;
      }
      if (kind === "hello") this.#greet(socket, body);
      else if (kind === "ping") this.#transmit([["pong", body]]);
      else if (kind === "ack") this.#acknowledged(body.received);
      else if (!UNNUMBERED.has(kind)) {
        this.session.had++;
        this.#handle(kind, body, socket.wire === jsonWire);
      }
    }
    if (this.connected && this.session.had - this.#ackedAt > this.random.below(40)) {
      this.#ackedAt = this.session.had;
      this.#transmit([["ack", { received: this.session.had }]]);
    }
  }

  #acknowledged(received) {
    this.acksHeard++;
    const { session } = this;
    if (received > session.confirmed + session.kept.length) throw new Error(`ack of ${received}, never sent`);
    session.kept.splice(0, received - session.confirmed);
    session.confirmed = Math.max(session.confirmed, received);
  }

  #greet(socket, { resumable, resume, received, attempt }) {
    if (!resumable) throw new Error("hello is not resumable");
    const { session } = this;
    const resumed = Boolean(session) && session.tokens.includes(resume);
    if (resume && !resumed) this.refused++;
    if (!resumed) this.session = { tokens: [], attempt: 0, had: 0, confirmed: 0, kept: [], rooms: new Map(), nextNumber: 1, nextRoute: 1 };
    const current = this.session;
    current.tokens = [resumed ? resume : undefined, `token-${this.random.below(1e9)}`]; // the old one until the new was seen
    if (resumed) {
      if (attempt <= current.attempt) throw new Error(`attempt ${attempt} after ${current.attempt}`);
      current.attempt = attempt;
      this.resumes++;
      this.#acknowledged(received);
      const missed = [...current.kept];
      this.#transmit(missed);
      if (this.random() < 0.5) this.#move();
    }
    this.#line.greeted = true;
    this.#transmit([["welcome", {
      peer: "peer-1", node: "node", limits: { maxMessageBytes: 65536, maxRooms: 100 }, pingIntervalMs: 25000,
      resume: current.tokens[1], resumeWindowMs: 120_000, resumed, received: current.had,
    }]]);
    this.#ackedAt = current.had;
  }

  /** The rooms keep their members and get other numbers, possibly those that other rooms had. */
  #move() {
    const rooms = [...this.session.rooms.values()];
    const numbers = this.random.shuffled(rooms.map(({ number }) => number));
    const all = this.random.shuffled(rooms.flatMap(({ routes }) => [...routes.keys()]));
    rooms.forEach((room, index) => {
      room.number = numbers[index];
      room.routes = new Map([...room.routes.values()].map((event) => [all.shift(), event]));
      const frame = ["moved", { room: room.name, number: room.number, routes: this.#routesOf(room) }];
      this.session.kept.push(frame);
      this.#transmit([frame]);
    });
  }

  #routesOf = ({ number, routes }) => [...routes].map(([route, event]) => ({ route, room: number, event }));

  #roomOf(key, byName) {
    return [...this.session.rooms.values()].find(({ name, number }) => key === (byName ? name : number));
  }

  #handle(kind, body, byName) {
    const { session } = this;
    const room = kind === "data"
      ? [...session.rooms.values()].find(({ routes }) => routes.has(body.route))
      : this.#roomOf(body.room, byName);
    if (kind === "join") {
      const { name, number, routes } = { name: body.room, number: session.nextNumber++, routes: new Map([[session.nextRoute++, "say"]]) };
      const entered = { name, number, routes };
      session.rooms.set(name, entered);
      this.tell("joined", { room: name, ref: body.ref, number, routes: this.#routesOf(entered), snapshot: bytes("snapshot") });
    } else if (kind === "leave") {
      if (!room) throw new Error("leave of no room");
      session.rooms.delete(room.name);
      this.tell("left", { room: byName ? room.name : room.number, ref: body.ref });
    } else if (kind === "data") {
      if (!room) throw new Error(`nothing on route ${body.route}`);
      this.heard.push([room.name, room.routes.get(body.route), text(body.payload)]);
    } else if (kind === "message") {
      if (!room) throw new Error(`a message to no room: ${text(body.payload)}`);
      this.heard.push([room.name, body.event, text(body.payload)]);
    } else if (kind === "request") {
      if (!room) throw new Error("a request to no room");
      this.heard.push([room.name, body.event, text(body.payload)]);
      this.tell("reply", { id: body.id, payload: body.payload });
    }
  }

  /** A message to the client, on the room's route where there is one. */
  say(name, event, payload, byName) {
    const room = this.session.rooms.get(name);
    if (!room) return false;
    const [route] = [...room.routes].find(([, known]) => known === event) ?? [];
    if (route && !byName) this.tell("data", { route, payload: bytes(payload) });
    else this.tell("message", { room: byName ? name : room.number, event, payload: bytes(payload) });
    return true;
  }
}
