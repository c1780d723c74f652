import { createListeners } from "./listeners.js";
import { RoomcastError } from "./payload.js";
import { decodeSignals, encodeCandidates, encodeDescription, ufragOf } from "./signals.js";

const MAX_WINDOW = 200;
const MAX_BATCH_ITEMS = 32;
const MAX_BATCH_BYTES = 8192;
const ITEM_OVERHEAD = 40;
const MAX_PARKED = 64;
const PARKED_FOR = 30_000;
const PRESETS = { default: [5, 25], tracker: [50, 50] }; // gap, max

export function createSignalling(post, fail, clock, { preset = "default", coalesce = true, ...window } = {}) {
  const [usualGap, usualMax] = PRESETS[preset] ?? [];
  if (!usualMax) throw new RangeError(`preset is ${preset}, expected "default" or "tracker"`);
  const { gap = usualGap, max = Math.max(gap, usualMax) } = window;
  for (const [name, value] of Object.entries({ gap, max })) {
    if (!(value >= 0 && value <= MAX_WINDOW)) throw new RangeError(`${name} is ${value}, expected 0 to ${MAX_WINDOW} ms`);
  }
  const listeners = createListeners();
  const pending = new Map(); // by addressee: one batch, since nothing may overtake
  const attached = new Map(); // by sender and connection
  const stats = { items: 0, messages: 0, flushes: {}, delaySum: 0, delayMax: 0, lost: 0, parked: 0, discarded: 0, failed: 0 };
  const keyOf = (from, connection) => JSON.stringify([from, connection ?? ""]);

  function transmit(to, bytes, count) {
    stats.messages++;
    const accepted = post(to, bytes);
    if (!accepted) report({ to, reason: "refused" }, count);
    return accepted;
  }

  function report(detail, count = 0) {
    stats.lost += count;
    listeners.emit("lost", detail);
  }

  function flush(to, reason) {
    const batch = pending.get(to);
    if (!batch) return true;
    pending.delete(to);
    clock.clearTimeout(batch.timer);
    const now = clock.now();
    stats.flushes[reason] = (stats.flushes[reason] ?? 0) + 1;
    stats.delaySum += now * batch.items.length - batch.timeSum;
    stats.delayMax = Math.max(stats.delayMax, now - batch.since);
    return transmit(to, encodeCandidates(batch.connection, batch.items), batch.items.length);
  }

  function flushAll(reason, to) {
    for (const addressee of to ? [to] : pending.keys()) flush(addressee, reason);
  }

  function add(to, candidate, connection) {
    const now = clock.now();
    const line = candidate?.candidate ?? "";
    const ufrag = candidate ? ufragOf(candidate) : "";
    const weight = ITEM_OVERHEAD + line.length + ufrag.length + (candidate?.sdpMid ?? "").length;
    const before = pending.get(to);
    if (before && before.connection !== connection) flush(to, "connection");
    else if (before && candidate && before.ufrag !== ufrag) flush(to, "ufrag");
    else if (before && before.weight + weight > MAX_BATCH_BYTES) flush(to, "cap");
    const batch = pending.get(to) ?? { connection, ufrag, items: [], weight: 0, since: now, timeSum: 0 };
    pending.set(to, batch);
    batch.items.push(candidate);
    batch.weight += weight;
    batch.timeSum += now;
    if (!line) return flush(to, "end");
    if (!coalesce) return flush(to, "off");
    if (batch.items.length === MAX_BATCH_ITEMS) return flush(to, "cap");
    clock.clearTimeout(batch.timer);
    const left = batch.since + max - now;
    batch.timer = clock.setTimeout(() => flush(to, left <= gap ? "max" : "gap"), Math.max(0, Math.min(gap, left)));
    return true;
  }

  function send(to, { description, candidate, connection = "" }) {
    if (!to) throw new TypeError(`to is ${to}, expected a peer id`);
    stats.items++;
    if (description) {
      flush(to, "description");
      return transmit(to, encodeDescription(connection, description), 1);
    }
    if (candidate === undefined) throw new TypeError("signal has no description or candidate");
    return add(to, candidate?.toJSON?.() ?? candidate, connection);
  }

  function receive(from, bytes) {
    let signals;
    try {
      signals = decodeSignals(bytes);
    } catch (error) {
      return fail(new RoomcastError(0, `unreadable signal from ${from}: ${error.message}`));
    }
    for (const signal of signals) {
      const take = !signal.description && attached.get(keyOf(from, signal.connection));
      if (take) take(signal.candidate);
      else listeners.emit("signal", from, signal);
    }
  }

  /** Candidates of a generation whose description is not applied wait here; Firefox would refuse them. */
  function attach(pc, peer, { connection } = {}) {
    const key = keyOf(peer, connection);
    const parked = [];
    let lastUfrag;
    const applied = (ufrag) =>
      [pc.currentRemoteDescription, pc.pendingRemoteDescription].some(
        (description) => description && (!ufrag || description.sdp.split(/\r?\n/).includes(`a=ice-ufrag:${ufrag}`)),
      );
    const settle = () => {
      for (const item of parked.splice(0)) {
        if (applied(item.ufrag)) {
          pc.addIceCandidate(item.candidate).catch((error) => {
            stats.failed++;
            fail(error);
          });
        } else if (clock.now() - item.since < PARKED_FOR) parked.push(item);
        else stats.discarded++;
      }
    };
    const listen = (how) => {
      pc[how]("icecandidate", onCandidate);
      pc[how]("signalingstatechange", settle);
    };
    const onCandidate = ({ candidate }) => send(peer, { candidate, connection });
    const detach = () => {
      listen("removeEventListener");
      stats.discarded += parked.splice(0).length;
      attached.delete(key);
    };
    if (attached.has(key)) throw new Error(`${peer} is attached already`);
    attached.set(key, (candidate) => {
      if (candidate) lastUfrag = ufragOf(candidate);
      // The null event says nothing of its generation: it ends that of the candidate before it.
      const item = { candidate: candidate ?? { candidate: "", usernameFragment: lastUfrag }, ufrag: lastUfrag, since: clock.now() };
      parked.push(item);
      settle();
      if (parked.includes(item)) stats.parked++;
      if (parked.length > MAX_PARKED) {
        parked.shift();
        stats.discarded++;
      }
    });
    listen("addEventListener");
    return detach;
  }

  const face = {
    send,
    on: (listener) => listeners.on("signal", listener),
    onLost: (listener) => listeners.on("lost", listener),
    attach,
    flush: (to) => flushAll("manual", to),
    stats: () => ({ ...stats, flushes: { ...stats.flushes } }),
  };
  return { face, receive, flushAll, report };
}
