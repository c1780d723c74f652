import { Events } from "./events.js";

/**
 * What two viewers say over their data channel.
 *
 * Text is JSON: {hello: {peer, place, error}}, {bits: "0110…"}, {got: n}, {want: n}, {no: n}, {ping: t}, {pong: t}.
 * Binary is a piece of a wanted segment: number and offset as two 32-bit words, then the bytes.
 *
 * Bounds: a partner may have 4 requests waiting here, a fifth is answered "no"; at most 256 kB wait in the channel's buffer;
 * a piece that was not asked for ends the channel.
 */
export class SegmentChannel extends Events {
  static PIECE = 16 * 1024;
  static BUFFER = 256 * 1024;
  static REQUESTS = 4;

  #channel;
  #store;
  #serving = [];
  #incoming = new Map();
  #bits;
  #pings = [];
  place = { x: 0, y: 0 };
  error = 1;
  bytesIn = 0;
  bytesOut = 0;

  constructor(channel, store) {
    super();
    this.#channel = channel;
    this.#store = store;
    this.#bits = new Set();
    channel.binaryType = "arraybuffer";
    channel.bufferedAmountLowThreshold = SegmentChannel.BUFFER / 2;
    channel.onbufferedamountlow = () => this.#serve();
    channel.onmessage = (event) => this.#heard(event.data);
  }

  /** Milliseconds of the quickest of the last round trips. */
  get rtt() {
    return this.#pings.length === 0 ? undefined : Math.min(...this.#pings);
  }

  has(number) {
    return this.#bits.has(number);
  }

  get held() {
    return this.#bits.size;
  }

  get waiting() {
    return this.#incoming.size;
  }

  wants(number) {
    return this.#incoming.has(number);
  }

  hello(peer, coordinates) {
    this.#say({ hello: { peer, place: coordinates.place, error: coordinates.error } });
  }

  tellBits() {
    this.#say({ bits: this.#store.bits });
  }

  got(number) {
    this.#say({ got: number });
  }

  ping() {
    this.#say({ ping: performance.now() });
  }

  want(number) {
    this.#incoming.set(number, { bytes: new Uint8Array(this.#store.sizeOf(number)), filled: 0 });
    this.#say({ want: number });
  }

  /** Gives up waiting. Pieces already on their way are passed over. */
  forget(number) {
    this.#incoming.delete(number);
  }

  #say(value) {
    if (this.#channel.readyState === "open") {
      this.#channel.send(JSON.stringify(value));
    }
  }

  #heard(data) {
    try {
      if (typeof data === "string") {
        this.#heardText(JSON.parse(data));
      } else {
        this.#heardPiece(data);
      }
    } catch (failure) {
      this.emit("broken", failure);
    }
  }

  #heardText(value) {
    const number = value.got ?? value.want ?? value.no;
    if (number !== undefined && !(Number.isInteger(number) && number >= 0 && number < this.#store.count)) {
      throw new Error(`there is no segment ${number}`);
    }
    if (value.hello) {
      this.place = { x: Number(value.hello.place?.x) || 0, y: Number(value.hello.place?.y) || 0 };
      this.error = Number(value.hello.error) || 1;
      this.emit("hello", String(value.hello.peer));
    } else if (typeof value.bits === "string") {
      const bits = Array.from(value.bits.slice(0, this.#store.count));
      this.#bits = new Set(bits.flatMap((bit, i) => (bit === "1" ? [i] : [])));
      this.emit("has");
    } else if (value.got !== undefined) {
      this.#bits.add(number);
      this.emit("has");
    } else if (value.want !== undefined) {
      this.#wanted(number);
    } else if (value.no !== undefined) {
      this.#incoming.delete(number);
      this.#bits.delete(number);
      this.emit("no", number);
    } else if (value.ping !== undefined) {
      this.#say({ pong: value.ping });
    } else if (Number.isFinite(value.pong)) {
      this.#pings = [...this.#pings.slice(-4), Math.max(0.1, performance.now() - value.pong)];
      this.emit("measured", this.rtt);
    }
  }

  #wanted(number) {
    if (!this.#store.has(number) || this.#serving.length >= SegmentChannel.REQUESTS) {
      this.#say({ no: number });
      return;
    }
    this.#serving.push({ number, offset: 0, bytes: this.#store.get(number) });
    this.#serve();
  }

  #serve() {
    while (this.#serving.length > 0 && this.#channel.readyState === "open" && this.#channel.bufferedAmount < SegmentChannel.BUFFER) {
      const request = this.#serving[0];
      const part = request.bytes.subarray(request.offset, request.offset + SegmentChannel.PIECE);
      const piece = new Uint8Array(8 + part.length);
      const head = new DataView(piece.buffer);
      head.setUint32(0, request.number);
      head.setUint32(4, request.offset);
      piece.set(part, 8);
      this.#channel.send(piece);
      request.offset += part.length;
      this.bytesOut += part.length;
      this.emit("sent", part.length);
      if (request.offset >= request.bytes.length) {
        this.#serving.shift();
      }
    }
  }

  #heardPiece(data) {
    const head = new DataView(data);
    const number = head.getUint32(0);
    const segment = this.#incoming.get(number);
    if (!segment) {
      this.emit("late", number);
      return;
    }
    const part = new Uint8Array(data, 8);
    if (head.getUint32(4) !== segment.filled || part.length === 0 || segment.filled + part.length > segment.bytes.length) {
      throw new Error(`a piece of segment ${number} does not fit`);
    }
    segment.bytes.set(part, segment.filled);
    segment.filled += part.length;
    this.bytesIn += part.length;
    this.emit("received", part.length);
    if (segment.filled === segment.bytes.length) {
      this.#incoming.delete(number);
      this.emit("segment", number, segment.bytes);
    }
  }
}
