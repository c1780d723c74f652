import { RoomcastError } from "./payload.js";

const AGENT = "roomcast-js/0.1";
const BASE_DELAY = 125;
const MAX_DELAY = 30_000;
const MAX_RESUME_DELAY = 4000;
const CONNECT_TIMEOUT = 20_000;
const HOME_ATTEMPTS = 2;
const HOME_TIMEOUT = 5000;
const PONG_TIMEOUT = 10_000;
const DEFAULT_PING_INTERVAL = 25_000;
const LONGEST_TIMER = 1e9; // of 2^31 - 1
const TIMED_OUT = 4005;
// The server is done with this client, finds it faulty, or serves it over another connection (4007): returning would not help.
// 4001 is not among them: our hello comes first or not at all, so it was late, as when a phone freezes the page meanwhile.
const FINAL_CODES = [1000, 1002, 1003, 1007, 1009, 4000, 4002, 4007];
// Too fast, too many errors: return, but late.
const LATE_CODES = [4003, 4006];

function webSocketUrl(url) {
  const absolute = new URL(url, globalThis.location?.href);
  absolute.protocol = absolute.protocol.replace("http", "ws");
  absolute.hash = "";
  return absolute.href;
}

const valueOf = (setting) => (typeof setting === "function" ? setting() : setting);

/**
 * Keeps one WebSocket alive, and gets another when it is lost: exponential backoff with full jitter (AWS Architecture
 * Blog, "Exponential Backoff And Jitter"). Tells `owner` of state, welcome, frame, the end of a message, lost and error.
 */
export function createConnection(owner, wire, url, { token, clock, random, WebSocket }) {
  let state;
  let socket;
  let attempt; // what an older attempt still brings is ignored
  let timer; // one for all: the deadline of connecting, the watch over an open connection, the wait for the next
  let failures = 0;
  let notBefore = 0;
  let goingAway = false;
  let openedAt;
  let heardAt;
  let unanswered = false;
  let pingInterval;
  let resumeWindow;
  let turn = 0;
  let home; // of several addresses the one of the node that has the session, until that goes away
  let homeAttempts = 0; // left before it is the others' turn
  let inbox = [];
  let paused = false;

  function become(next, detail) {
    state = next;
    owner.onState(next, detail);
  }

  function arm(delay, task) {
    clock.clearTimeout(timer);
    timer = clock.setTimeout(task, Math.min(delay, LONGEST_TIMER));
  }

  function write(units) {
    if (units.length) socket.send(wire.join(units));
  }

  const sessionWaits = () => clock.now() - heardAt < resumeWindow;

  async function connect() {
    const current = (attempt = {});
    const goesHome = homeAttempts-- > 0 && home && sessionWaits();
    goingAway = false;
    openedAt = undefined;
    arm(goesHome ? HOME_TIMEOUT : CONNECT_TIMEOUT, () => lost(TIMED_OUT, "no welcome in time"));
    become("connecting", {});
    try {
      await owner.prepare();
      const address = goesHome ? home : webSocketUrl(await valueOf(urls[turn++ % urls.length][1]));
      const credential = await valueOf(token);
      if (current !== attempt) return;
      socket = new WebSocket(address, [wire.subprotocol]);
      socket.binaryType = "arraybuffer";
      socket.onopen = () => write([wire.encode("hello", { agent: AGENT, token: credential, ...owner.greeting() })]);
      socket.onmessage = ({ data }) => onData(data);
      socket.onclose = ({ code, reason }) => queue(() => lost(code, reason));
      socket.onerror = () => {}; // a close always follows; Node's ws throws without it
    } catch (error) {
      if (current !== attempt) return;
      owner.onError(error);
      lost(1006, String(error));
    }
  }

  function onData(data) {
    heardAt = clock.now();
    unanswered = false;
    let frames;
    try {
      frames = wire.decode(data);
    } catch (error) {
      const reason = `unreadable message: ${error.message}`;
      owner.onError(new RoomcastError(0, reason));
      return lost(1006, reason, 4000);
    }
    for (const frame of frames) queue(() => onFrame(frame));
    queue(() => owner.onRead(data.byteLength ?? data.length));
  }

  function queue(task) {
    inbox.push(task);
    drainInbox();
  }

  function drainInbox() {
    while (!paused && inbox.length) inbox.shift()();
  }

  function onFrame([kind, body]) {
    if (kind === "welcome") {
      openedAt = clock.now();
      pingInterval = body.pingIntervalMs || DEFAULT_PING_INTERVAL;
      resumeWindow = body.resumeWindowMs;
      home = urls.length > 1 && socket.url;
      homeAttempts = HOME_ATTEMPTS;
      watch();
      owner.onWelcome(body, () => become("open", { resumed: body.resumed }));
    } else {
      owner.onFrame(kind, body);
    }
  }

  function watch() {
    const silence = clock.now() - heardAt;
    if (silence >= pingInterval) probe();
    else arm(pingInterval - silence, watch);
  }

  function probe() {
    if (unanswered) return;
    unanswered = true;
    write([wire.encode("ping", { ref: 1 })]);
    arm(PONG_TIMEOUT, () => (unanswered ? lost(TIMED_OUT, "no answer in time") : watch()));
  }

  /** The page is back or the network changed: do not wait for the timers, which may have slept too. */
  function onPageEvent({ type }) {
    if (type === "visibilitychange" && globalThis.document?.visibilityState !== "visible") return;
    if (state === "open") probe();
    else if (state === "waiting" && type !== "offline") {
      homeAttempts = HOME_ATTEMPTS; // it may never have been away
      retryIn(random() * BASE_DELAY);
    }
  }

  function watchPage(how) {
    for (const type of ["online", "offline", "visibilitychange"]) globalThis[how]?.(type, onPageEvent);
  }

  function retryIn(spread) {
    const delay = Math.max(0, notBefore - clock.now()) + spread;
    arm(delay, connect);
    return delay;
  }

  function drop(closeCode) {
    const old = socket;
    socket = attempt = undefined;
    unanswered = false;
    inbox = [];
    clock.clearTimeout(timer);
    if (old) {
      old.onopen = old.onmessage = old.onclose = null;
      old.close(closeCode);
    }
    owner.onDropped(closeCode);
  }

  function lost(code, reason, closeCode = TIMED_OUT) {
    const now = clock.now();
    drop(closeCode);
    if (FINAL_CODES.includes(code) && !(code === 1000 && goingAway)) return end(code, reason);
    // Only a connection that held for a while shows that the trouble is over.
    if (now - openedAt >= MAX_DELAY) failures = 0;
    if (LATE_CODES.includes(code)) {
      failures = Math.max(failures, 8);
      notBefore = Math.max(notBefore, now + MAX_DELAY);
    }
    const most = sessionWaits() ? MAX_RESUME_DELAY : MAX_DELAY;
    const delay = retryIn(random() * Math.min(most, BASE_DELAY * 2 ** failures++));
    become("waiting", { code, reason, delay });
  }

  function end(code, reason) {
    if (state === "closed") return;
    watchPage("removeEventListener");
    drop(1000);
    become("closed", { code, reason });
  }

  if (typeof WebSocket !== "function") throw new TypeError("options.WebSocket is missing");
  // In an order of its own, so that the clients of a node that is gone do not all go to the same one.
  const urls = [url].flat().map((one) => [random(), typeof one === "function" ? one : webSocketUrl(one)]).sort(([a], [b]) => a - b);
  if (!urls.length) throw new RangeError("url is empty");
  watchPage("addEventListener");
  connect();

  return {
    /** Bytes that wait in the browser. */
    buffered: () => (state === "open" ? socket.bufferedAmount : Infinity),
    write,
    end,
    /** Holds back what arrives until the next turn of the event loop. */
    pause() {
      paused = true;
      clock.setTimeout(() => {
        paused = false;
        drainInbox();
      }, 0);
    },
    drain(delay) {
      goingAway = true;
      home = undefined;
      notBefore = clock.now() + delay;
    },
  };
}
