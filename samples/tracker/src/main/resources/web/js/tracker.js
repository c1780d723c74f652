import { connect } from "/roomcast/client.js";
import { CuttableSocket } from "./cut.js";
import { Events } from "./events.js";

/**
 * This viewer's side of the tracker room: joins it, announces, and hands on what comes back.
 *
 * An announce goes out every interval that the tracker sets, and sooner when there is news (a partner lost, the stream
 * complete), but never within 1.2 seconds of the last: the tracker refuses whoever announces too often. The first few that
 * want partners and get none are repeated soon: viewers who come together then need not wait for each other.
 */
export class Tracker extends Events {
  static SOONEST_MS = 1_200;
  static EAGER = 3;

  #stream;
  #describe;
  #client;
  #room;
  #signals;
  #timer;
  #announcedAt = -Infinity;
  #dueAt = Infinity;
  #intervalMs = 4_000;
  #eager = 0;

  /** @param describe returns what to announce */
  constructor({ stream, describe }) {
    super();
    this.#stream = stream;
    this.#describe = describe;
  }

  get me() {
    return this.#client?.peer ?? "";
  }

  get state() {
    return this.#client?.state ?? "closed";
  }

  get signals() {
    return this.#signals;
  }

  async join() {
    const client = connect("/roomcast", { protocol: "protobuf", WebSocket: CuttableSocket });
    this.#client = client;
    client.on("state", (state, { resumed }) => this.emit("state", state, resumed));
    client.on("error", (error) => this.emit("error", error));
    try {
      const room = await client.join(`tracker/${this.#stream}`);
      if (this.#client !== client) {
        return; // Left before it was in.
      }
      this.#room = room;
      this.#signals = room.signalling({ gap: 5, max: 25 });
      this.#signals.on((from, signal) => this.emit("signal", from, signal));
      this.#signals.onLost(({ reason, to }) => reason === "refused" && this.emit("signals-lost", to));
      room.on("partners", (payload) => this.#answered(payload.json()));
      room.on("introduced", (payload) => this.emit("introduced", payload.json()));
      room.on("decline", (payload, { from }) => this.emit("declined", from));
      room.on("refused", (payload) => this.emit("refused", payload.json()));
      room.onStatus("rejoined", () => this.#joined());
      this.#joined();
    } catch (error) {
      this.emit("error", error);
      this.leave();
    }
  }

  leave() {
    clearTimeout(this.#timer);
    this.#dueAt = Infinity;
    const [room, client] = [this.#room, this.#client];
    this.#room = undefined;
    this.#client = undefined;
    this.#signals = undefined;
    Promise.resolve(room?.leave())
      .catch(() => undefined)
      .finally(() => client?.close());
  }

  decline(peer) {
    this.#room?.send("decline", "", { to: peer });
  }

  /** Announces as soon as it may. */
  announceSoon() {
    this.#announceAt(Math.max(performance.now() + 50, this.#announcedAt + Tracker.SOONEST_MS));
  }

  #joined() {
    this.#announcedAt = -Infinity;
    this.#dueAt = Infinity;
    this.#eager = Tracker.EAGER;
    this.emit("joined", this.#room.snapshot.json(), this.#client.peer);
    this.announceSoon();
  }

  #announceAt(time) {
    if (!this.#room || time >= this.#dueAt) {
      return;
    }
    clearTimeout(this.#timer);
    this.#dueAt = time;
    this.#timer = setTimeout(() => this.#announce(), Math.max(0, time - performance.now()));
  }

  #announce() {
    this.#dueAt = Infinity;
    if (this.state === "open") {
      this.#announcedAt = performance.now();
      const announce = this.#describe();
      this.#room.send("announce", announce);
      this.emit("announced", announce);
    }
    this.#announceAt(performance.now() + this.#intervalMs * (0.9 + 0.2 * Math.random()));
  }

  #answered(answer) {
    this.#intervalMs = Math.max(1_000, Number(answer.intervalMs) || 4_000);
    this.emit("answered", answer);
    if (answer.partners.length === 0 && this.#eager-- > 0) {
      this.announceSoon();
    }
  }
}
