import { RoomcastError } from "./payload.js";

const AGENT = "roomcast-js/0.1";
const BASE_DELAY = 500;
const MAX_DELAY = 30_000;
const CONNECT_TIMEOUT = 20_000;
const PONG_TIMEOUT = 10_000;
const DEFAULT_PING_INTERVAL = 25_000;
const MAX_BUFFERED = 1 << 20;
const LONGEST_TIMER = 2 ** 31 - 1;
const TIMED_OUT = 4005;
// The server is done with this client, or finds it faulty: returning would not help. 4001 is not among them: our hello comes
// first or not at all, so it was late, as when a phone freezes the page meanwhile.
const FINAL_CODES = new Set([1000, 1002, 1003, 1007, 1009, 4000, 4002]);
// Too fast, too many errors: return, but late.
const LATE_CODES = new Set([4003, 4006]);

export const systemClock = {
  setTimeout: (task, delay) => setTimeout(task, delay),
  clearTimeout: (timer) => clearTimeout(timer),
  now: () => performance.now(),
};

function webSocketUrl(url) {
  const absolute = new URL(url, globalThis.location?.href);
  absolute.protocol = absolute.protocol.replace("http", "ws");
  absolute.hash = "";
  return absolute.href;
}

/**
 * Keeps one WebSocket alive, and gets another when it is lost: exponential backoff with full jitter (AWS Architecture
 * Blog, "Exponential Backoff And Jitter"). Tells `owner` of state, welcome, frame, lost and error.
 */
export class Connection {
  state = "connecting";
  #owner;
  #wire;
  #clock;
  #random;
  #WebSocket;
  #nextUrl;
  #token;
  #socket;
  #attempt; // what an older attempt still brings is ignored
  #timer; // one for all: the deadline of connecting, the watch over an open connection, the wait for the next
  #failures = 0;
  #notBefore = 0;
  #goingAway = false;
  #openedAt;
  #heardAt;
  #unanswered = false;
  #pingInterval;
  #inbox = [];
  #paused = false;
  #wake = ({ type }) => this.#onPageEvent(type);

  constructor(owner, wire, url, { token = "", clock, random, WebSocket: Socket }) {
    this.#owner = owner;
    this.#wire = wire;
    this.#clock = clock;
    this.#random = random;
    this.#token = token;
    this.#WebSocket = Socket;
    if (typeof Socket !== "function") {
      throw new TypeError("options.WebSocket is missing, and there is no global WebSocket");
    }
    if (typeof url === "function") {
      this.#nextUrl = async () => webSocketUrl(await url());
    } else {
      const urls = [url].flat().map(webSocketUrl);
      if (!urls.length) throw new RangeError("url is an empty array, expected at least one");
      let next = Math.floor(random() * urls.length);
      this.#nextUrl = () => urls[next++ % urls.length];
    }
    for (const type of ["online", "offline", "visibilitychange"]) globalThis.addEventListener?.(type, this.#wake);
    this.#connect();
  }

  get writable() {
    return this.state === "open" && this.#socket.bufferedAmount < MAX_BUFFERED;
  }

  send(units) {
    if (units.length) this.#socket.send(this.#wire.join(units));
  }

  /** Holds back what arrives until the next turn of the event loop. */
  pause() {
    this.#paused = true;
    this.#clock.setTimeout(() => {
      this.#paused = false;
      this.#drainInbox();
    }, 0);
  }

  goAway(delay) {
    this.#goingAway = true;
    this.#notBefore = this.#clock.now() + delay;
  }

  end(code, reason) {
    if (this.state === "closed") return;
    for (const type of ["online", "offline", "visibilitychange"]) globalThis.removeEventListener?.(type, this.#wake);
    this.#drop(1000);
    this.#become("closed", { code, reason });
  }

  #become(state, detail = {}) {
    this.state = state;
    this.#owner.onState(state, detail);
  }

  #arm(delay, task) {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(task, Math.min(delay, LONGEST_TIMER));
  }

  async #connect() {
    const attempt = (this.#attempt = {});
    this.#goingAway = false;
    this.#openedAt = undefined;
    this.#arm(CONNECT_TIMEOUT, () => this.#lost(TIMED_OUT, "no welcome in time"));
    this.#become("connecting");
    try {
      const url = await this.#nextUrl();
      const token = await (typeof this.#token === "function" ? this.#token() : this.#token);
      if (attempt !== this.#attempt) return;
      const socket = new this.#WebSocket(url, [this.#wire.subprotocol]);
      this.#socket = socket;
      socket.binaryType = "arraybuffer";
      socket.onopen = () => this.send([this.#wire.encode("hello", { agent: AGENT, token })]);
      socket.onmessage = ({ data }) => this.#onData(data);
      socket.onclose = ({ code, reason }) => this.#queue(() => this.#lost(code, reason));
      socket.onerror = () => {}; // a close always follows; Node's ws throws without it
    } catch (error) {
      if (attempt !== this.#attempt) return;
      this.#owner.onError(error);
      this.#lost(1006, String(error));
    }
  }

  #onData(data) {
    this.#heardAt = this.#clock.now();
    this.#unanswered = false;
    let frames;
    try {
      frames = this.#wire.decode(data);
    } catch (error) {
      this.#owner.onError(new RoomcastError(0, `unreadable message from the server: ${error.message}`));
      return this.#lost(1006, "unreadable message from the server", 4000);
    }
    for (const frame of frames) this.#queue(() => this.#onFrame(frame));
  }

  #queue(task) {
    this.#inbox.push(task);
    this.#drainInbox();
  }

  #drainInbox() {
    while (!this.#paused && this.#inbox.length) this.#inbox.shift()();
  }

  #onFrame(frame) {
    const kind = Object.keys(frame).find((name) => frame[name] !== undefined);
    if (kind === "welcome") {
      this.#openedAt = this.#clock.now();
      this.#pingInterval = frame.welcome.pingIntervalMs || DEFAULT_PING_INTERVAL;
      this.#watch();
      this.#owner.onWelcome(frame.welcome, () => this.#become("open"));
    } else if (kind) {
      this.#owner.onFrame(kind, frame[kind]);
    }
  }

  #watch() {
    const silence = this.#clock.now() - this.#heardAt;
    if (silence >= this.#pingInterval) this.#probe();
    else this.#arm(this.#pingInterval - silence, () => this.#watch());
  }

  #probe() {
    if (this.#unanswered) return;
    this.#unanswered = true;
    this.send([this.#wire.encode("ping", { ref: 1 })]);
    this.#arm(PONG_TIMEOUT, () => (this.#unanswered ? this.#lost(TIMED_OUT, "no answer to a ping") : this.#watch()));
  }

  /** The page is back or the network changed: do not wait for the timers, which may have slept too. */
  #onPageEvent(type) {
    if (type === "visibilitychange" && globalThis.document?.visibilityState !== "visible") return;
    if (this.state === "open") this.#probe();
    else if (this.state === "waiting" && type !== "offline") this.#retryIn(this.#random() * BASE_DELAY);
  }

  #retryIn(spread) {
    const delay = Math.max(0, this.#notBefore - this.#clock.now()) + spread;
    this.#arm(delay, () => this.#connect());
    return delay;
  }

  #drop(closeCode) {
    const socket = this.#socket;
    this.#socket = this.#attempt = undefined;
    this.#unanswered = false;
    this.#inbox = [];
    this.#clock.clearTimeout(this.#timer);
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(closeCode);
    }
    this.#owner.onLost();
  }

  #lost(code, reason, closeCode = TIMED_OUT) {
    const now = this.#clock.now();
    this.#drop(closeCode);
    if (FINAL_CODES.has(code) && !(code === 1000 && this.#goingAway)) return this.end(code, reason);
    // Only a connection that held for a while shows that the trouble is over.
    if (now - this.#openedAt >= MAX_DELAY) this.#failures = 0;
    if (LATE_CODES.has(code)) {
      this.#failures = Math.max(this.#failures, 6);
      this.#notBefore = Math.max(this.#notBefore, now + MAX_DELAY);
    }
    const delay = this.#retryIn(this.#random() * Math.min(MAX_DELAY, BASE_DELAY * 2 ** this.#failures++));
    this.#become("waiting", { code, reason, delay });
  }
}
