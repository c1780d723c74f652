import { RoomcastError } from "./payload.js";

const AGENT = "roomcast-js/0.1";
const BASE_DELAY = 125;
const MAX_DELAY = 30_000;
const MAX_RESUME_DELAY = 4000;
const CONNECT_TIMEOUT = 20_000;
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

/**
 * Keeps one WebSocket alive, and gets another when it is lost: exponential backoff with full jitter (AWS Architecture
 * Blog, "Exponential Backoff And Jitter"). Tells `owner` of state, welcome, frame, the end of a message, lost and error.
 */
export function createConnection(owner, wire, url, { token = "", clock, random, WebSocket }) {
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

  function send(units) {
    if (units.length) socket.send(wire.join(units));
  }

  async function connect() {
    const current = (attempt = {});
    goingAway = false;
    openedAt = undefined;
    arm(CONNECT_TIMEOUT, () => lost(TIMED_OUT, "no welcome in time"));
    become("connecting", {});
    try {
      await owner.prepare();
      const address = webSocketUrl(await (urls ? urls[next++ % urls.length] : url()));
      const credential = await (typeof token === "function" ? token() : token);
      if (current !== attempt) return;
      socket = new WebSocket(address, [wire.subprotocol]);
      socket.binaryType = "arraybuffer";
      socket.onopen = () => send([wire.encode("hello", { agent: AGENT, token: credential, ...owner.greeting() })]);
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
      owner.onError(new RoomcastError(0, `unreadable message from the server: ${error.message}`));
      return lost(1006, "unreadable message from the server", 4000);
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
    send([wire.encode("ping", { ref: 1 })]);
    arm(PONG_TIMEOUT, () => (unanswered ? lost(TIMED_OUT, "no answer to a ping") : watch()));
  }

  /** The page is back or the network changed: do not wait for the timers, which may have slept too. */
  function onPageEvent({ type }) {
    if (type === "visibilitychange" && globalThis.document?.visibilityState !== "visible") return;
    if (state === "open") probe();
    else if (state === "waiting" && type !== "offline") retryIn(random() * BASE_DELAY);
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
    const most = now - heardAt < resumeWindow ? MAX_RESUME_DELAY : MAX_DELAY;
    const delay = retryIn(random() * Math.min(most, BASE_DELAY * 2 ** failures++));
    become("waiting", { code, reason, delay });
  }

  function end(code, reason) {
    if (state === "closed") return;
    watchPage("removeEventListener");
    drop(1000);
    become("closed", { code, reason });
  }

  if (typeof WebSocket !== "function") {
    throw new TypeError("options.WebSocket is missing");
  }
  const urls = typeof url !== "function" && [url].flat().map(webSocketUrl);
  if (urls && !urls.length) throw new RangeError("url is an empty array");
  let next = Math.floor(random() * urls.length);
  watchPage("addEventListener");
  connect();

  return {
    /** Bytes that wait in the browser. */
    backlog: () => (state === "open" ? socket.bufferedAmount : Infinity),
    send,
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
      notBefore = clock.now() + delay;
    },
  };
}
