import { systemClock } from "./clock.js";
import { createConnection } from "./connection.js";
import { createListeners, reportError } from "./listeners.js";
import { Payload, RoomcastError, toBytes } from "./payload.js";
import { createSession } from "./session.js";
import { createSignalling } from "./signalling.js";
import { Frame, protobufWire } from "./wire.js";

export { RoomcastError } from "./payload.js";

const BUFFER_POLL = 50;
const MAX_BUFFERED = 1 << 20;
const DEFAULT_MESSAGE_LIMIT = 1 << 16;
const ALREADY_IN_ROOM = 8;
const NOT_IN_ROOM = 7;
const HANDLER_FAILED = 11;
const PEER_GONE = 12;
const UNREADABLE = 4000;
const NODE_STOPPING = 14;
const REQUEST_NOT_HANDLED = 15;
const REQUEST_TIMED_OUT = 16;
const REQUEST_TIMEOUT = 30_000;

export function connect(url, options = {}) {
  const {
    protocol = "protobuf",
    clock = systemClock,
    random = Math.random,
    maxQueuedMessages = 1000,
    maxQueuedBytes = 1 << 20,
    WebSocket = globalThis.WebSocket,
  } = options;
  const json = protocol === "json";
  const wire = { ...protobufWire };
  if (!json && protocol !== "protobuf") throw new RangeError(`protocol is ${protocol}, expected "protobuf" or "json"`);

  const events = createListeners();
  const entries = new Map(); // by name: the rooms the application wants to be in, and those it left until the server confirms
  const byKey = new Map(); // by the number or name that stands for a room on this connection
  const routes = new Map(); // by number: { entry, event }
  const questions = new Map(); // by ref or id: { entry, kind } of a join or leave, { entry, end } of a request
  const tasks = new Map(); // by id: what aborts a request that we answer
  const outside = { key: 1, answers: new Map(), place: {} }; // what belongs to no room
  let lastRef = 0;
  let welcome = {};
  let outbox = []; // { entry, kind, body, weight, numbered? }: encoded when sent, since the numbers of rooms and routes change
  let queuedBytes = 0;
  let queuedMessages = 0;
  let flushScheduled = false;
  let bufferPoll;
  let state = "connecting";

  const fail = (error) => events.emit("error", error);
  const limit = () => welcome.limits?.maxMessageBytes || DEFAULT_MESSAGE_LIMIT;
  const ack = (received) => wire.encode("ack", { received });
  const createNextSession = () => createSession(clock, (received) => connection.write([ack(received)]));
  let session = createNextSession();

  // -- sending: what one turn of the event loop sends leaves in one WebSocket message

  /** Only what has a weight, in bytes, counts among what waits. */
  function put(entry, kind, body, weight = 0) {
    outbox.push({ entry, kind, body, weight });
    queuedBytes += weight;
    queuedMessages += weight > 0;
    if (!flushScheduled) {
      flushScheduled = true;
      queueMicrotask(flush);
    }
  }

  function keep(wanted) {
    outbox = outbox.filter(wanted);
    queuedBytes = outbox.reduce((sum, item) => sum + item.weight, 0);
    queuedMessages = outbox.filter((item) => item.weight).length;
  }

  function encode({ entry, kind, body }) {
    const route = kind === "message" && !body.to && entry.routes.get(body.event);
    return route ? wire.data(route, body.payload) : wire.encode(kind, { ...body, room: kind === "join" ? entry.name : entry.key });
  }

  /** What was numbered keeps its number, whatever becomes of it. */
  function blank(item) {
    return encode(Object.assign(item, { entry: outside, kind: "cancel", body: {} }));
  }

  function flush() {
    flushScheduled = false;
    if (state !== "open" || !outbox.length) return;
    const sent = new Set();
    const tooLarge = []; // told when the queue is in order again: listeners may send
    let units = [];
    let size = 0;
    for (const item of outbox) {
      if (connection.buffered() >= MAX_BUFFERED) {
        clock.clearTimeout(bufferPoll);
        bufferPoll = clock.setTimeout(flush, BUFFER_POLL); // browsers do not tell when the buffer drains
        break;
      }
      const homeless = item.kind !== "join" && !item.entry.key;
      if (homeless && !item.numbered) continue;
      sent.add(item);
      let unit = homeless ? blank(item) : encode(item);
      const bytes = unit.length;
      if (bytes > limit()) {
        const text = `a ${item.kind} of ${bytes} bytes is over the limit of ${limit()}`;
        tooLarge.push({ code: 0, text, ref: item.body.ref, room: item.entry.name });
        if (!item.numbered) continue;
        unit = blank(item);
      }
      if (session.lives()) session.keep(item);
      if (size + bytes > limit()) {
        connection.write(units);
        units = [];
        size = 0;
      }
      units.push(unit);
      size += bytes;
    }
    const had = units.length && session.tellAlong();
    if (had) units.push(ack(had));
    connection.write(units);
    keep((item) => !sent.has(item));
    tooLarge.forEach(handlers.error);
  }

  /** Queues what is bounded; returns false if it cannot. */
  function post(entry, kind, body) {
    // The key of a room that is being joined is not known: its name is at least as long.
    const bytes = wire.encode(kind, { ...body, room: json ? entry.name : 2 ** 32 }).length;
    const full = () => queuedMessages >= maxQueuedMessages || queuedBytes + session.keptBytes + bytes > maxQueuedBytes;
    if (state === "closed" || entry.gone || bytes > limit()) return false;
    if (full()) flush();
    if (full()) return false;
    put(entry, kind, body, bytes);
    return true;
  }

  function sendMessage(entry, event, data, to) {
    return post(entry, "message", { event, to, payload: toBytes(data) });
  }

  /** Asks something that has one answer, or fails; not each kind has all of the fields. */
  const inquire = (entry, kind, body, { timeout = REQUEST_TIMEOUT, signal } = {}) =>
    new Promise((resolve, reject) => {
      const id = ++lastRef;
      const end = (code, reason, answer) => {
        if (!questions.delete(id)) return;
        clock.clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        if (answer) resolve(answer);
        else reject(new RoomcastError(code, reason, entry.name));
      };
      const cancel = (code, reason) => {
        end(code, reason);
        put(outside, "cancel", { id });
      };
      const abort = () => cancel(0, "aborted");
      const timer = clock.setTimeout(() => cancel(REQUEST_TIMED_OUT, "no answer in time"), timeout);
      questions.set(id, { entry, end });
      signal?.addEventListener("abort", abort);
      if (signal?.aborted) end(0, "aborted");
      else if (!entry.key) end(PEER_GONE, "no connection");
      else if (!post(entry, kind, { ...body, id, ref: id, timeoutMs: Math.ceil(timeout) })) end(0, "too large, or too much waits");
    });

  const endRequests = (reason, entry) =>
    questions.forEach((question) => (!entry || question.entry === entry) && question.end?.(PEER_GONE, reason));

  const answerer = ({ answers }) => (event, handler) => {
    answers.set(event, handler);
    return () => answers.get(event) === handler && answers.delete(event);
  };

  function ask(entry, kind, body) {
    const ref = ++lastRef;
    questions.set(ref, { entry, kind });
    put(entry, kind, { ...body, ref });
  }

  // -- rooms

  function enter(name, payload) {
    const entry = { name, payload: toBytes(payload), place: {}, routes: new Map(), answers: new Map(), events: createListeners(), statuses: createListeners() };
    entry.joining = new Promise((resolve, reject) => Object.assign(entry, { joinDone: resolve, joinFailed: reject }));
    entry.joining.catch(() => {}); // told to whoever called join()
    entry.room = createRoom(entry);
    entries.set(name, entry);
    return entry;
  }

  function askToJoin(entry) {
    if (state !== "open" || entry.asked || entry.key) return;
    entry.asked = true;
    ask(entry, "join", { ...(entry.place.epoch && entry.place), payload: entry.payload });
  }

  /** Gives a room its number and routes on this node; another room may have had them just before. */
  function bind(entry, frame) {
    if (byKey.get(entry.key) === entry) byKey.delete(entry.key);
    routes.forEach((known, route) => known.entry === entry && routes.delete(route));
    entry.routes.clear();
    entry.key = frame && (json ? frame.room : frame.number);
    if (frame) byKey.set(entry.key, entry);
    frame?.routes.forEach(defineRoute);
  }

  function forget(entry) {
    entry.gone = true;
    bind(entry);
    if (entries.get(entry.name) === entry) entries.delete(entry.name);
    keep((item) => item.entry !== entry);
    endRequests("the room was left", entry);
    entry.leaveDone?.();
  }

  function createRoom(entry) {
    return {
      name: entry.name,
      snapshot: undefined,
      on: entry.events.on,
      onStatus: entry.statuses.on,
      send(event, payload, { to } = {}) {
        // A message that could reach the same peer overtakes no candidate.
        entry.signals?.flushAll("order", to);
        return sendMessage(entry, event, payload, to);
      },
      request: (event, data, settings) => inquire(entry, "request", { event, payload: toBytes(data) }, settings),
      async history({ before, limit = 50, after = before && Math.max(0, before - limit - 1), ...settings } = {}) {
        const page = await inquire(entry, "history", { epoch: entry.place.epoch, after, limit }, settings);
        // Places that are not for this peer let a page reach further.
        page.messages = page.messages.filter(({ offset }) => !(offset >= before));
        return page;
      },
      onRequest: answerer(entry),
      async leave() {
        if (!entry.gone) {
          entry.signals?.flushAll("leave");
          entry.departure = new Promise((resolve, reject) => Object.assign(entry, { leaveDone: resolve, leaveFailed: reject }));
          entry.gone = true;
          if (entry.asked || entry.key) ask(entry, "leave");
          else forget(entry);
        }
        return entry.departure;
      },
      signalling(settings) {
        if (entry.signals && settings) throw new Error(`${entry.name} has its signalling already`);
        entry.signals ??= createSignalling((to, bytes) => sendMessage(entry, "signal", bytes, to), fail, clock, settings);
        return entry.signals.face;
      },
    };
  }

  function defineRoute({ route, room, event, history }) {
    const entry = byKey.get(room);
    if (!entry) return;
    routes.set(route, { entry, event, history });
    entry.routes.set(event, route);
  }

  const metaOf = (event, from, offset) => ({ event, from: from || undefined, offset: offset || undefined });

  function deliver(entry, event, from, bytes, offset) {
    if (!entry || entry.gone) return;
    const payload = new Payload(bytes);
    const meta = metaOf(event, from, offset);
    if (offset) entry.place.offset = offset;
    entry.events.emit(event, payload, meta);
    if (event !== "*") entry.events.emit("*", payload, meta);
    if (event === "signal") entry.signals?.receive(from, bytes);
  }

  // -- what the server says

  const handlers = {
    joined(joined) {
      const { room: name, ref } = joined;
      const entry = entries.get(name) ?? enter(name);
      questions.delete(ref);
      entry.asked = false;
      bind(entry, joined);
      const known = entry.place.epoch;
      const recovered = known && joined.epoch && !joined.unrecoverable;
      // What was missed follows, and leads from the state that the application has to that of the snapshot.
      if (!recovered) entry.room.snapshot = new Payload(joined.snapshot);
      entry.place = { ...joined, peer: welcome.peer };
      if (entry.departure) {
        // Left while the question was on its way: the leave can go now.
      } else if (entry.entered) {
        if (recovered) entry.statuses.emit("recovered", { missed: joined.missed });
        else {
          if (known) entry.statuses.emit("unrecoverable");
          entry.statuses.emit("rejoined", entry.room);
        }
        entry.signals?.report({ reason: "reconnected" });
      } else {
        entry.entered = true;
        entry.joinDone(entry.room);
        if (!ref) events.emit("joined", entry.room);
        connection.pause(); // so that whoever awaits the room can listen before its first message
      }
      flush();
    },
    left({ room, ref, reason }) {
      const entry = byKey.get(room);
      questions.delete(ref);
      if (!entry) return;
      const told = !entry.departure;
      forget(entry);
      if (told) entry.statuses.emit("left", { code: 0, reason });
    },
    message({ room, event, from, payload, offset }) {
      if (room) deliver(byKey.get(room), event, from, payload, offset);
      else events.emit("message", new Payload(payload), metaOf(event, from));
    },
    data({ route, payload }) {
      const known = routes.get(route);
      if (known) deliver(known.entry, known.event, undefined, payload, known.history && known.entry.place.offset + 1);
      else fail(new RoomcastError(0, `unknown route ${route}`));
    },
    route: defineRoute,
    moved(moved) {
      const entry = entries.get(moved.room);
      if (entry) bind(entry, moved);
    },
    position({ room, offset, epoch }) {
      const { place } = byKey.get(room) ?? outside;
      place.offset = offset;
      place.epoch = epoch || place.epoch;
    },
    page({ ref, entries: list, ...page }) {
      page.messages = list.map(({ payload, event, from, offset }) => ({ ...metaOf(event, from, offset), payload: new Payload(payload) }));
      questions.get(ref)?.end?.(0, "", page);
    },
    ack({ received }) {
      session.confirm(received);
    },
    gap({ room, missed }) {
      byKey.get(room)?.statuses.emit("gap", { missed });
    },
    async request({ room, event, id, from, payload }) {
      const entry = room ? byKey.get(room) : outside;
      const task = new AbortController();
      tasks.set(id, task);
      let reply;
      try {
        const handler = entry?.answers.get(event);
        if (!handler) throw new RoomcastError(REQUEST_NOT_HANDLED, `nobody answers ${event}`);
        const answer = await handler(new Payload(payload), { ...metaOf(event, from), signal: task.signal });
        reply = { payload: toBytes(answer) };
      } catch (error) {
        const told = error instanceof RoomcastError && error.code;
        reply = told ? error : { code: HANDLER_FAILED };
        if (!told && !task.signal.aborted) reportError(error);
      }
      if (tasks.get(id) !== task) return; // nobody waits any more
      tasks.delete(id);
      if (!post(outside, "reply", { ...reply, id })) post(outside, "reply", { code: HANDLER_FAILED, id });
    },
    reply({ id, code, reason, payload }) {
      questions.get(id)?.end?.(code, reason, !code && new Payload(payload));
    },
    cancel({ id }) {
      const task = tasks.get(id);
      tasks.delete(id);
      task?.abort();
    },
    goAway(notice) {
      connection.drain(notice.reconnectAfterMs);
      entries.forEach((entry) => entry.signals?.flushAll("drain"));
      flush();
      events.emit("goaway", notice);
    },
    error({ code, text, ref, terminal, room }) {
      const error = new RoomcastError(code, text, room);
      error.terminal = terminal;
      const { entry, kind, end } = questions.get(ref) ?? {};
      if (end) return end(code, text);
      questions.delete(ref);
      if (!entry) return fail(error);
      if (kind === "leave") {
        if (code !== NOT_IN_ROOM) entry.leaveFailed(error);
        return forget(entry);
      }
      entry.asked = false;
      if (code === ALREADY_IN_ROOM && entry.key) return; // the server was faster than our join
      if (code === NODE_STOPPING && !entry.departure) return; // asked again on the next node
      const told = entry.entered && !entry.departure;
      forget(entry);
      entry.joinFailed(error);
      if (told) entry.statuses.emit("left", { code, reason: text });
    },
  };

  /** The session is over, and with it what it knew of us. Messages that were never sent wait for the next. */
  function reset() {
    session.settle();
    session = createNextSession();
    endRequests("no connection");
    tasks.forEach((_, id) => handlers.cancel({ id }));
    questions.clear();
    entries.forEach((entry) => {
      bind(entry);
      entry.asked = false;
      if (entry.departure) forget(entry);
    });
    keep((item) => item.kind === "message" && !item.numbered);
  }

  const connection = createConnection(
    {
      onState(next, detail) {
        state = next;
        if (state === "closed") {
          reset();
          const error = new RoomcastError(0, "the client is closed");
          entries.forEach((entry) => {
            forget(entry);
            entry.joinFailed(error);
          });
        }
        events.emit("state", state, detail);
      },
      /** Nothing is encoded before the first connection. */
      prepare: async () => json && Object.assign(wire, (await import("./json.js")).createJsonWire(Frame)),
      greeting: () => session.greeting(),
      onWelcome(frame, open) {
        welcome = frame;
        if (!frame.resumed) reset();
        outbox = session.welcomed(frame).concat(outbox);
        keep(() => true);
        open();
        entries.forEach(askToJoin);
        flush();
      },
      onFrame(kind, body) {
        session.count(kind, body);
        handlers[kind]?.(body);
      },
      onRead: (size) => state === "open" && session.handled(size),
      onDropped(closeCode) {
        session.settle();
        // What could not be read once would come again.
        if (closeCode === UNREADABLE || !session.lives()) reset();
      },
      onError: fail,
    },
    wire,
    url,
    { token: options.token, clock, random, WebSocket },
  );

  return {
    get peer() {
      return welcome.peer;
    },
    get node() {
      return welcome.node;
    },
    get state() {
      return state;
    },
    get backlog() {
      return connection.buffered();
    },
    on: events.on,
    onRequest: answerer(outside),
    async join(name, payload) {
      await entries.get(name)?.departure?.catch(() => {}); // told to whoever left
      if (state === "closed") throw new RoomcastError(0, "the client is closed");
      let entry = entries.get(name);
      if (!entry) {
        entry = enter(name, payload);
        askToJoin(entry);
      }
      return entry.joining;
    },
    close() {
      entries.forEach((entry) => entry.signals?.flushAll("close"));
      flush();
      connection.end(1000, "client.close()");
    },
  };
}
