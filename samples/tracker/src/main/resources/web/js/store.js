import { Events } from "./events.js";
import { sha256 } from "./sha256.js";

/** The segments that this viewer has. Nothing comes in that does not have the hash that the manifest says. */
export class SegmentStore extends Events {
  #bytes = new Map();
  #source = new Map();
  fromPeers = 0;
  fromServer = 0;
  verified = 0;
  corrupt = 0;

  constructor(manifest) {
    super();
    this.manifest = manifest;
    this.count = manifest.segments.length;
  }

  has(number) {
    return this.#bytes.has(number);
  }

  get(number) {
    return this.#bytes.get(number);
  }

  /** "server", "peers" or undefined. */
  sourceOf(number) {
    return this.#source.get(number);
  }

  get held() {
    return this.#bytes.size;
  }

  get complete() {
    return this.held === this.count;
  }

  sizeOf(number) {
    return this.manifest.segments[number].bytes;
  }

  /** One character a segment, "1" for those it has. */
  get bits() {
    return Array.from({ length: this.count }, (_, number) => (this.has(number) ? "1" : "0")).join("");
  }

  /** Checks a segment and keeps it. False: these are not its bytes. */
  async offer(number, bytes, source) {
    const expected = this.manifest.segments[number];
    const right = bytes.length === expected.bytes && (await sha256(bytes)) === expected.sha256;
    if (!right) {
      this.corrupt++;
      this.emit("corrupt", number, source);
      return false;
    }
    this.verified++;
    if (source === "peers") {
      this.fromPeers += bytes.length;
    } else {
      this.fromServer += bytes.length;
    }
    if (!this.has(number)) {
      this.#bytes.set(number, bytes);
      this.#source.set(number, source);
      this.emit("got", number, source);
    }
    return true;
  }

  clear() {
    this.#bytes.clear();
    this.#source.clear();
    this.emit("cleared");
  }
}
