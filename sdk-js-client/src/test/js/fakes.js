// A clock, a network and a server that do what a test says, when it says it.
import { createJsonWire } from "../../main/js/json.js";
import { Frame, protobufWire } from "../../main/js/wire.js";
import { decode } from "../../main/js/protobuf.js";

export const jsonWire = createJsonWire(Frame);
// Loaded before the first test: the client loads it by itself, which takes a moment of real time.
await import("../../main/resources/META-INF/resources/roomcast/json.js");

/** Time moves only in advance(); timers of equal time run in the order in which they were set. */
export class FakeClock {
  #now = 0;
  #timers = new Map();
  #lastId = 0;

  now = () => this.#now;
  setTimeout = (task, delay) => {
    this.#timers.set(++this.#lastId, { task, at: this.#now + delay });
    return this.#lastId;
  };
  clearTimeout = (id) => this.#timers.delete(id);

  get pendingTimers() {
    return this.#timers.size;
  }

  /** Moves on by `ms`, running what falls due, microtasks in between. */
  async advance(ms) {
    const until = this.#now + ms;
    for (;;) {
      await settled();
      const due = [...this.#timers].filter(([, timer]) => timer.at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      const [id, { task, at }] = due;
      this.#timers.delete(id);
      this.#now = Math.max(this.#now, at);
      task();
    }
    this.#now = until;
    await settled();
  }
}

/** All microtasks have run. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A WebSocket class whose sockets the test plays the server of, and the list of all sockets made. */
export function fakeNetwork() {
  const sockets = [];
  class FakeWebSocket {
    bufferedAmount = 0;
    readyState = 0;
    sent = []; // WebSocket messages
    closedWith;

    constructor(url, protocols) {
      this.url = url;
      this.protocols = protocols;
      this.wire = [protobufWire, jsonWire].find((wire) => wire.subprotocol === protocols[0]);
      sockets.push(this);
    }

    send(data) {
      if (this.readyState !== 1) throw new Error(`send in state ${this.readyState}`);
      this.sent.push(data);
    }

    close(code) {
      this.closedWith ??= code;
      this.readyState = 3;
    }

    // -- the server's side

    open() {
      this.readyState = 1;
      this.onopen?.();
    }

    /** One WebSocket message with these frames: [kind, body] each. */
    receive(...frames) {
      const data = this.wire.join(
        frames.map(([kind, body]) => (kind === "data" ? this.wire.data(body.route, body.payload) : this.wire.encode(kind, body))),
      );
      this.receiveRaw(data);
    }

    receiveRaw(data) {
      this.onmessage?.({ data: data instanceof Uint8Array ? data.slice().buffer : data });
    }

    drop(code, reason = "") {
      this.readyState = 3;
      this.onclose?.({ code, reason });
    }

    /** What the client has sent since the last call, as [kind, body] pairs, WebSocket messages flattened. */
    take() {
      return this.sent.splice(0).flatMap((data) => readClientMessage(this.wire, data));
    }
  }
  return { FakeWebSocket, sockets, last: () => sockets.at(-1) };
}

export function readClientMessage(wire, data) {
  return wire === protobufWire ? wire.decode(data.slice().buffer) : wire.decode(data);
}

export const bytes = (text) => new TextEncoder().encode(text);
export const text = (array) => new TextDecoder().decode(array);
export const hex = (array) => Buffer.from(array).toString("hex");
export const unhex = (digits) => new Uint8Array(Buffer.from(digits, "hex"));
export { decode };

export const WELCOME = { peer: "peer-0000000000001", node: "node-a", limits: { maxMessageBytes: 65536, maxRooms: 128 }, pingIntervalMs: 25000 };

/** A client on a fake network and clock; `connected` also brings it to the open state. */
export function start(connect, options = {}, url = "wss://example.org/roomcast") {
  const clock = new FakeClock();
  const network = fakeNetwork();
  const client = connect(url, { clock, WebSocket: network.FakeWebSocket, random: () => 0.5, ...options });
  const states = [];
  const errors = [];
  client.on("state", (state, detail) => states.push([state, detail]));
  client.on("error", (error) => errors.push(error));
  return { client, clock, network, states, errors };
}

export async function welcomed(network, welcome = {}) {
  await settled();
  const socket = network.last();
  socket.open();
  socket.receive(["welcome", { ...WELCOME, ...welcome }]);
  await settled();
  return socket;
}

export async function connected(connect, options, url) {
  const fixture = start(connect, options, url);
  fixture.socket = await welcomed(fixture.network);
  fixture.socket.take(); // hello
  return fixture;
}

/** Joins a room as the server's side: number 1 unless told otherwise. */
export async function joined(fixture, name, { number = 1, routes = [], snapshot = "", socket = fixture.network.last() } = {}) {
  const promise = fixture.client.join(name);
  await settled();
  const [, { ref }] = socket.take().find(([kind, body]) => kind === "join" && body.room === name);
  socket.receive(["joined", { room: name, ref, number, snapshot: bytes(snapshot), routes }]);
  const room = await promise;
  await fixture.clock.advance(0);
  return room;
}
