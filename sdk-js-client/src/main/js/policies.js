// Delivery policies for what a page sends: docs/delivery-policies.md has the rules, which are those of the server's Holdings.java.
// They stand in front of a Room's public methods; the client itself knows nothing of them.
import { systemClock } from "./clock.js";
import { reportError } from "./listeners.js";
import { Payload, toBytes, utf8 } from "./payload.js";

const BEHIND = 4096; // bytes that the browser holds: less is on its way
const POLL = 50;
const LONGEST_DELAY = 10_000;
const LONGEST_INTERVAL = 600_000;
const MOST_ITEMS = 10_000;
const MOST_BYTES = 1 << 24;
const MOST_KEYS = 100_000;
const LONGEST_KEY = 255;

// -- what is declared

const RANGES = {
  idleGap: [0, LONGEST_DELAY, "ms"],
  maxDelay: [0, LONGEST_DELAY, "ms"],
  minInterval: [0, LONGEST_INTERVAL, "ms"],
  maxItems: [1, MOST_ITEMS],
  maxBytes: [1, MOST_BYTES],
  maxKeys: [1, MOST_KEYS],
};
const WHILE_BEHIND = "dropOldest holds messages only while the page is behind";

function inRange(name, value, least, most, unit = "") {
  if (!(value >= least && value <= most)) throw new RangeError(`${name} is ${value}, expected ${least} to ${most} ${unit}`.trimEnd());
  return value;
}

/** Refuses what is out of range, contradicts the kind (`never` says why), or contradicts itself; each by name. */
function declared(kind, defaults, given, never, orderings) {
  const settings = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  for (const [name, value] of Object.entries(settings)) {
    if (never[name]) throw new TypeError(`${name} is ${typeof value === "function" ? "set" : value}, expected none: ${never[name]}`);
    if (RANGES[name]) {
      const [least, most, unit] = RANGES[name];
      inRange(name, value, least, most, unit);
    } else if (name === "ordering") {
      if (!orderings.includes(value)) throw new TypeError(`ordering is ${value}, expected ${orderings.join(" or ")}`);
    } else if (name === "flushWhen" || name === "keyedBy") {
      if (typeof value !== "function") throw new TypeError(`${name} is ${value}, expected a function`);
    } else {
      throw new TypeError(`${name} is no setting of ${kind}`);
    }
  }
  const { idleGap, maxDelay, minInterval } = settings;
  const delay = maxDelay ?? Math.max(defaults.maxDelay, idleGap ?? 0);
  const gap = idleGap ?? Math.min(defaults.idleGap ?? delay, delay);
  if (gap > delay) throw new RangeError(`idleGap is ${gap} ms, expected at most the maxDelay of ${delay} ms`);
  if (minInterval > maxDelay) {
    throw new RangeError(`minInterval is ${minInterval} ms, expected at most the maxDelay of ${maxDelay} ms, or no maxDelay`);
  }
  return Object.freeze({ minInterval: 0, maxBytes: 1 << 16, maxKeys: 1024, ordering: "none", ...defaults, ...settings, kind, idleGap: gap, maxDelay: delay });
}

/** Holds messages for a moment and sends them together, in order. Nothing is lost, nothing overtakes. */
export const append = (settings = {}) =>
  declared(
    "append",
    { idleGap: 5, maxDelay: 25, maxItems: 32, maxBytes: 8192, ordering: "room" },
    settings,
    { minInterval: "append holds messages by idleGap and maxDelay" },
    ["room", "pair"],
  );

/** Sends the newest value of each key: at most one in `minInterval`, none while the page is behind. */
export const latest = (settings = {}) =>
  declared("latest", { maxDelay: 0 }, settings, { maxItems: "latest holds one value of each key" }, ["none", "pair", "room"]);

/** Sends at once; while the page is behind it keeps the newest `n` of each key, none older than `ttl` milliseconds. */
export function dropOldest(n, ttl, settings = {}) {
  inRange("n", n, 1, MOST_ITEMS);
  inRange("ttl", ttl, 1, LONGEST_INTERVAL, "ms");
  const never = {
    idleGap: WHILE_BEHIND,
    maxDelay: `${WHILE_BEHIND}; ttl bounds that`,
    minInterval: "dropOldest sends every message while the page keeps up",
    maxItems: "dropOldest keeps n messages",
    flushWhen: WHILE_BEHIND,
  };
  return declared("dropOldest", { maxDelay: 0, maxItems: n, ttl }, settings, never, ["none"]);
}

/** Holds a message and merges those that follow: `merger(older, newer)` gets two payloads and returns one. */
export function merge(merger, settings = {}) {
  if (typeof merger !== "function") throw new TypeError(`merger is ${merger}, expected a function`);
  return declared("merge", { maxDelay: 100, maxItems: 1024, merger }, settings, {}, ["none", "pair", "room"]);
}

// -- what is held

/** Lets policies be declared for the rooms of a client: once a client. */
export function policies(client, { clock = systemClock, maxHeldBytes = 1 << 20 } = {}) {
  const rooms = new Map(); // by Room: what stands in front of it
  const waiting = new Set(); // slots that are due and wait until the page is no longer behind, in that order
  let heldBytes = 0;
  let poll;

  const behind = () => client.backlog > BEHIND;

  function wake() {
    clock.clearTimeout(poll);
    poll = undefined;
    for (const slot of waiting) {
      if (behind()) break;
      waiting.delete(slot);
      slot.holder.resume(slot);
    }
    watch();
  }

  function watch() {
    // While the connection is away its state wakes us.
    if (waiting.size && !poll && client.state === "open") poll = clock.setTimeout(wake, POLL);
  }

  function standInFrontOf(room) {
    const { send, request, leave } = room;
    const holders = new Map(); // by event
    const front = { holders, send, barrier, end };

    /** Lets everything leave that a message must not overtake: one for everybody, or one for `to`. */
    function barrier(to, exceptSlot, exceptHolder) {
      for (const holder of holders.values()) holder.barrier(to, exceptSlot, exceptHolder);
    }

    function releaseAll(reason) {
      for (const holder of holders.values()) holder.releaseAll(reason);
    }

    function end(reason) {
      releaseAll(reason);
      front.ended = true;
      rooms.delete(room);
    }

    room.send = (event, payload, options = {}) => {
      const holder = holders.get(event);
      if (holder) return holder.offer(payload, options);
      barrier(options.to);
      return send(event, payload, options);
    };
    room.request = (...args) => {
      barrier();
      return request(...args);
    };
    room.leave = () => {
      end("leave");
      return leave();
    };
    room.onStatus("left", () => end("gone"));
    rooms.set(room, front);
    return front;
  }

  function createHolder(front, event, policy) {
    const { kind, idleGap, maxDelay, minInterval, maxItems, maxBytes, maxKeys, ordering, flushWhen, keyedBy, merger, ttl } = policy;
    const slots = new Map(); // by addressee and key
    const refusals = new Set();
    const stats = { in: 0, out: 0, conflated: 0, dropped: 0, refused: 0, batches: 0, largestBatch: 0, flushes: {}, delaySum: 0, delayMax: 0 };
    const ordered = ordering !== "none";
    const appends = kind === "append";

    // -- arrivals

    function offer(data, { to, key }) {
      if (front.ended) return false;
      const payload = new Payload(toBytes(data));
      const meta = { event, to };
      let name;
      try {
        name = String(key ?? keyedBy?.(payload, meta) ?? "");
        if (utf8.encode(name).length > LONGEST_KEY) throw new RangeError(`key is ${name}, expected at most ${LONGEST_KEY} bytes`);
      } catch (error) {
        reportError(error);
        front.barrier(to);
        return front.send(event, payload.bytes, { to });
      }
      let urgent = false;
      try {
        urgent = Boolean(flushWhen?.(payload, meta));
      } catch (error) {
        reportError(error);
        urgent = true;
      }
      stats.in++;
      const id = JSON.stringify([to ?? "", name]);
      return { append: join, latest: conflate, merge: conflate, dropOldest: keepNewest }[kind](slots.get(id), id, to, payload, urgent);
    }

    function join(known, id, to, { bytes }, urgent) {
      let slot = known;
      front.barrier(to, slot);
      if (slot && slot.size + bytes.length > maxBytes) {
        release(slot, "bytes");
        slot = undefined;
      }
      if (!slot && (urgent || !idleGap || !maxDelay)) return pass(to, bytes, urgent ? "predicate" : "immediate");
      slot ??= open(id, to);
      if (!hold(slot, bytes)) return false;
      if (urgent) return release(slot, "predicate");
      if (slot.values.length >= maxItems) return release(slot, "items");
      if (slot.size >= maxBytes) return release(slot, "bytes");
      awaitDue(slot);
      return true;
    }

    function conflate(known, id, to, payload, urgent) {
      const { bytes } = payload;
      let slot = known;
      if (ordered) front.barrier(to, slot, holder);
      if (!slot?.values.length) {
        const free = !idleGap && !(clock.now() - slot?.departedAt < minInterval) && !behind();
        if (free || urgent) {
          const accepted = pass(to, bytes, urgent ? "predicate" : "immediate");
          if (minInterval) departed(slot ?? open(id, to));
          return accepted;
        }
        slot ??= open(id, to);
        if (!hold(slot, bytes)) return false;
      } else {
        const [older] = slot.values;
        const value = merger ? merged(older.bytes, payload) : bytes;
        heldBytes += value.length - slot.size;
        slot.size = value.length;
        slot.values = [{ bytes: value, since: merger ? older.since : clock.now() }];
        slot.lastAt = clock.now();
        slot.count++;
        stats.conflated++;
      }
      if (urgent) return leave(slot, "predicate");
      if (merger && slot.count >= maxItems) return leave(slot, "items");
      if (slot.size > maxBytes || heldBytes > maxHeldBytes) return leave(slot, "bytes");
      awaitDue(slot);
      return true;
    }

    /** The newer one stands for both where they cannot be merged. */
    function merged(older, newer) {
      try {
        return toBytes(merger(new Payload(older), newer));
      } catch (error) {
        reportError(error);
        return newer.bytes;
      }
    }

    function keepNewest(known, id, to, { bytes }) {
      if (!known?.values.length && !behind()) return pass(to, bytes, "immediate");
      const slot = known ?? open(id, to);
      dropExpired(slot);
      while (slot.values.length && (slot.values.length >= maxItems || slot.size + bytes.length > maxBytes)) dropFirst(slot);
      while (slot.values.length && heldBytes + bytes.length > maxHeldBytes) dropFirst(slot);
      if (heldBytes + bytes.length > maxHeldBytes || bytes.length > maxBytes) {
        stats.dropped++;
        forget(slot);
        return false;
      }
      hold(slot, bytes);
      awaitWritable(slot);
      return true;
    }

    function dropExpired(slot) {
      while (slot.values.length && clock.now() - slot.values[0].since >= ttl) dropFirst(slot);
    }

    function dropFirst(slot) {
      const { bytes } = slot.values.shift();
      slot.size -= bytes.length;
      heldBytes -= bytes.length;
      stats.dropped++;
    }

    /** Sends a message that has nothing to wait for. */
    function pass(to, bytes, reason) {
      front.barrier(to, undefined, holder);
      count(reason);
      return transmit(to, [{ bytes, since: clock.now() }]);
    }

    /** At the bound of all that is held this message leaves behind what is held of its key. */
    function hold(slot, bytes) {
      const now = clock.now();
      if (!slot.values.length) {
        slot.firstAt = now;
        slot.count = 0;
      }
      slot.values.push({ bytes, since: now });
      slot.size += bytes.length;
      slot.lastAt = now;
      slot.count++;
      heldBytes += bytes.length;
      return heldBytes <= maxHeldBytes || leave(slot, "bytes");
    }

    // -- time

    /** When what a slot holds may leave, and why then. */
    function due({ lastAt, firstAt, departedAt }) {
      const [at, reason] = lastAt + idleGap <= firstAt + maxDelay ? [lastAt + idleGap, "gap"] : [firstAt + maxDelay, "max"];
      return departedAt + minInterval > at ? [departedAt + minInterval, "interval"] : [at, reason];
    }

    function awaitDue(slot) {
      if (waiting.has(slot) || !slot.values.length) return;
      const [at, reason] = due(slot);
      const left = at - clock.now();
      if (left > 0) slot.timer ??= clock.setTimeout(() => timeIsUp(slot), left);
      else if (!appends && behind()) awaitWritable(slot);
      else leave(slot, reason);
    }

    /** What it waits for may have moved on since the timer was set. */
    function timeIsUp(slot) {
      slot.timer = undefined;
      if (slot.values.length) awaitDue(slot);
      else forget(slot);
    }

    function awaitWritable(slot) {
      clock.clearTimeout(slot.timer);
      slot.timer = undefined;
      waiting.add(slot);
      watch();
    }

    function departed(slot) {
      slot.departedAt = clock.now();
      clock.clearTimeout(slot.timer);
      slot.timer = clock.setTimeout(() => timeIsUp(slot), minInterval);
    }

    // -- departures

    function leave(slot, reason) {
      front.barrier(slot.to, slot, holder);
      return release(slot, reason);
    }

    function release(slot, reason) {
      if (ttl) dropExpired(slot);
      const { values } = slot;
      heldBytes -= slot.size;
      slot.values = [];
      slot.size = 0;
      waiting.delete(slot);
      clock.clearTimeout(slot.timer);
      slot.timer = undefined;
      if (minInterval && values.length) departed(slot);
      else forget(slot);
      if (!values.length) return true;
      count(reason);
      return transmit(slot.to, values);
    }

    function count(reason) {
      stats.flushes[reason] = (stats.flushes[reason] ?? 0) + 1;
    }

    function transmit(to, values) {
      const now = clock.now();
      let out = 0;
      for (const { bytes, since } of values) {
        if (!front.send(event, bytes, { to })) continue;
        out++;
        stats.delaySum += now - since;
        stats.delayMax = Math.max(stats.delayMax, now - since);
      }
      const refused = values.length - out;
      stats.out += out;
      stats.refused += refused;
      stats.batches += out > 0;
      stats.largestBatch = Math.max(stats.largestBatch, out);
      if (refused) {
        for (const listener of [...refusals]) {
          try {
            listener(refused);
          } catch (error) {
            reportError(error);
          }
        }
      }
      return !refused;
    }

    function open(id, to) {
      if (slots.size >= maxKeys) {
        const [oldest] = slots.values();
        while (ttl && oldest.values.length) dropFirst(oldest);
        leave(oldest, "keys");
        forget(oldest);
      }
      const slot = { id, to, holder, values: [], size: 0, count: 0 };
      slots.set(id, slot);
      return slot;
    }

    function forget(slot) {
      clock.clearTimeout(slot.timer);
      slot.timer = undefined;
      waiting.delete(slot);
      if (slots.get(slot.id) === slot) slots.delete(slot.id);
    }

    const holder = {
      offer,
      resume(slot) {
        if (ttl) dropExpired(slot);
        if (!ttl && due(slot)[0] > clock.now()) awaitDue(slot);
        else leave(slot, "writable");
      },
      barrier(to, exceptSlot, exceptHolder) {
        // Values of one event under other keys are no obstacle where only the newest counts.
        if (!ordered || (!appends && exceptHolder === holder)) return;
        for (const slot of [...slots.values()]) {
          if (slot === exceptSlot || !slot.values.length) continue;
          if (ordering === "room" || !to || !slot.to || slot.to === to) release(slot, "order");
        }
      },
      releaseAll(reason) {
        for (const slot of [...slots.values()]) {
          release(slot, reason);
          forget(slot);
        }
      },
      face: {
        flush: () => [...slots.values()].forEach((slot) => leave(slot, "manual")),
        onRefused(listener) {
          refusals.add(listener);
          return () => refusals.delete(listener);
        },
        stats: () => ({ ...stats, flushes: { ...stats.flushes } }),
      },
    };
    return holder;
  }

  const endAll = (reason) => {
    for (const front of rooms.values()) front.end(reason);
    clock.clearTimeout(poll);
  };
  const { close } = client;
  client.close = () => {
    endAll("close");
    close();
  };
  client.on("state", (state) => {
    if (state === "open") wake();
    else if (state === "closed") endAll("gone");
  });

  return (room, event, policy) => {
    if (!policy?.kind) throw new TypeError(`policy is ${policy}, expected one of append(), latest(), dropOldest() or merge()`);
    if (policy.maxBytes > maxHeldBytes) throw new RangeError(`maxBytes is ${policy.maxBytes}, expected at most the maxHeldBytes of ${maxHeldBytes}`);
    const front = rooms.get(room) ?? standInFrontOf(room);
    if (front.holders.has(event)) throw new Error(`event ${event} of room ${room.name} has its policy already`);
    const holder = createHolder(front, event, policy);
    front.holders.set(event, holder);
    return holder.face;
  };
}
