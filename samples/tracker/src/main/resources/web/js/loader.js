import { Events } from "./events.js";

/**
 * Gets the segments that are played next: from partners when one has them, from the server when their time comes near and
 * nobody has.
 *
 * How long before its time a segment is asked for differs at random, from segment to segment and from viewer to viewer. So
 * viewers who watch the same moment fetch different segments from the server and give them to each other, and the one viewer
 * who is ahead need not serve all the others: the first of them pass on what it gave.
 */
export class Loader extends Events {
  static AHEAD = 16;
  static PER_PARTNER = 2;
  static FROM_SERVER = 2;
  static PEER_TIMEOUT_MS = 4_000;
  static SERVER_TIMEOUT_MS = 8_000;

  #store;
  #partners;
  #base;
  #position = () => 0;
  #server;
  #reach;
  #flights = new Map();

  constructor({ store, partners, base, position, random = Math.random }) {
    super();
    this.#store = store;
    this.#partners = partners;
    this.#base = base;
    this.#position = position;
    // Seconds before its time that a segment may be asked for: of the server, of a partner.
    this.#server = Array.from({ length: store.count }, () => 1.5 + 4 * random());
    this.#reach = Array.from({ length: store.count }, () => 6 + (Loader.AHEAD - 6) * random());
    partners.on("segment", (link, number, bytes) => this.#fromPartner(link, number, bytes));
    partners.on("no", (link, number) => this.#over(number, link));
    partners.on("closed", (link) => this.#lost(link));
    partners.on("has", () => this.work());
    setInterval(() => this.work(), 200);
  }

  /** The segments on their way: number to "server" or "peers". */
  get flights() {
    return new Map([...this.#flights].map(([number, flight]) => [number, flight.link ? "peers" : "server"]));
  }

  work() {
    const position = this.#position();
    for (let step = 0; step < Loader.AHEAD; step++) {
      const number = (Math.floor(position) + step) % this.#store.count;
      if (!this.#store.has(number)) {
        this.#get(number, Math.max(0, step - (position % 1)));
      }
    }
  }

  #get(number, dueIn) {
    const flight = this.#flights.get(number);
    if (flight) {
      const late = performance.now() - flight.since > (dueIn < 1 ? 800 : Loader.PEER_TIMEOUT_MS);
      if (!flight.link || !late) {
        return;
      }
      flight.link.segments.forget(number);
      this.#flights.delete(number);
      this.#fetch(number, "the partner was slow");
      return;
    }
    const link = dueIn < this.#reach[number] ? this.#whoHas(number) : undefined;
    if (link) {
      this.#flights.set(number, { link, since: performance.now() });
      link.segments.want(number);
      this.emit("asked", number, link);
    } else if (dueIn < this.#server[number]) {
      this.#fetch(number, this.#partners.open.length === 0 ? "no partner yet" : "no partner has it");
    }
  }

  /** The least busy of those that have it; of these the nearer, where 25 ms make no difference; then who gave least. */
  #whoHas(number) {
    const rank = ({ segments }) => [segments.waiting, Math.floor((segments.rtt ?? 500) / 25), segments.bytesIn];
    return this.#partners.open
      .filter((link) => link.segments.has(number) && link.segments.waiting < Loader.PER_PARTNER)
      .map((link) => [link, rank(link)])
      .sort(([, a], [, b]) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])[0]?.[0];
  }

  async #fetch(number, why) {
    const fetching = [...this.#flights.values()].filter((flight) => !flight.link).length;
    if (fetching >= Loader.FROM_SERVER) {
      return;
    }
    const flight = { since: performance.now() };
    this.#flights.set(number, flight);
    this.emit("fetching", number, why);
    try {
      // No cache: the figures are about bytes that really came from the server.
      const response = await fetch(this.#base + this.#store.manifest.segments[number].file, {
        cache: "no-store",
        signal: AbortSignal.timeout(Loader.SERVER_TIMEOUT_MS),
      });
      if (!response.ok) {
        throw new Error(`the server said ${response.status}`);
      }
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (await this.#store.offer(number, bytes, "server")) {
        this.emit("fetched", number, bytes.length);
      }
    } catch (failure) {
      this.emit("failed", number, failure);
      await new Promise((done) => setTimeout(done, 1_000));
    } finally {
      this.#over(number, undefined);
    }
  }

  async #fromPartner(link, number, bytes) {
    if (!(await this.#store.offer(number, bytes, "peers"))) {
      this.#partners.distrust(link);
    }
    this.#over(number, link);
  }

  #over(number, link) {
    if (this.#flights.get(number)?.link === link) {
      this.#flights.delete(number);
      this.work();
    }
  }

  #lost(link) {
    for (const [number, flight] of this.#flights) {
      if (flight.link === link) {
        this.#flights.delete(number);
      }
    }
  }
}
