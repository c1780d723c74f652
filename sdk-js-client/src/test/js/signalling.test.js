// The rules of coalescing, one by one; then what an attached peer connection does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "../../main/resources/META-INF/resources/roomcast/client.js";
import { decodeSignals, encodeCandidates } from "../../main/js/signals.js";
import { bytes, connected, joined, settled, text, welcomed } from "./fakes.js";

const candidate = (n, ufrag = "abcd", more = {}) => ({
  candidate: `candidate:${n} 1 udp 2122260223 192.168.1.${n % 250} 50000 typ host generation 0 ufrag ${ufrag} network-id 1`,
  sdpMid: "0",
  sdpMLineIndex: 0,
  usernameFragment: ufrag,
  ...more,
});
const offer = { type: "offer", sdp: "v=0\r\n" };

async function fixtureWith(settings) {
  const fixture = await connected(connect);
  fixture.room = await joined(fixture, "tracker/demo");
  fixture.signals = fixture.room.signalling(settings);
  /** What left since the last call: [to, what] where what is the signals of one message, or the text of another event. */
  fixture.left = () =>
    fixture.socket.take().map(([, { event, to, payload }]) => [to, event === "signal" ? decodeSignals(payload).map(short) : text(payload)]);
  fixture.arrive = (from, items, connection = "") =>
    fixture.socket.receive(["message", { room: 1, event: "signal", from, payload: encodeCandidates(connection, items) }]);
  return fixture;
}

const short = (signal) =>
  signal.description ? signal.description.type : signal.candidate ? Number(/^candidate:(\d+)/.exec(signal.candidate.candidate)?.[1] ?? -1) : null;

test("candidates that come close together share a message, which leaves 5 ms after the last", async () => {
  const { signals, clock, left } = await fixtureWith();
  for (let n = 1; n <= 3; n++) {
    assert.equal(signals.send("p", { candidate: candidate(n) }), true);
    await clock.advance(4);
  }
  assert.deepEqual(left(), []);
  await clock.advance(1);
  assert.deepEqual(left(), [["p", [1, 2, 3]]]);
  assert.deepEqual(signals.stats().flushes, { gap: 1 });
});

test("no candidate waits longer than 25 ms", async () => {
  const { signals, clock, left } = await fixtureWith();
  for (let n = 1; n <= 10; n++) {
    signals.send("p", { candidate: candidate(n) });
    await clock.advance(4);
    if (n === 6) assert.deepEqual(left(), []);
  }
  assert.deepEqual(left(), [["p", [1, 2, 3, 4, 5, 6, 7]]]);
  assert.deepEqual(signals.stats().flushes, { max: 1 });
  assert.equal(signals.stats().delayMax, 25);
});

test("the preset for loaded trackers waits 50 ms from the first", async () => {
  const { signals, clock, left } = await fixtureWith({ preset: "tracker" });
  for (let n = 1; n <= 5; n++) {
    signals.send("p", { candidate: candidate(n) });
    await clock.advance(9);
  }
  await clock.advance(4);
  assert.deepEqual(left(), []);
  await clock.advance(1);
  assert.deepEqual(left(), [["p", [1, 2, 3, 4, 5]]]);
});

test("a gap of 0 is the next turn of the timers", async () => {
  const { signals, clock, left } = await fixtureWith({ gap: 0, max: 0 });
  signals.send("p", { candidate: candidate(1) });
  signals.send("p", { candidate: candidate(2) });
  await clock.advance(0);
  assert.deepEqual(left(), [["p", [1, 2]]]);
});

test("switched off, every candidate is a message", async () => {
  const { signals, left } = await fixtureWith({ coalesce: false });
  signals.send("p", { candidate: candidate(1) });
  signals.send("p", { candidate: candidate(2) });
  await settled();
  assert.deepEqual(left(), [["p", [1]], ["p", [2]]]);
});

test("windows over 200 ms and other nonsense are refused by name and value", async () => {
  const { room } = await connected(connect).then(async (fixture) => ({ room: await joined(fixture, "r/1") }));
  assert.throws(() => room.signalling({ gap: 201 }), /gap is 201, expected 0 to 200 ms/);
  assert.throws(() => room.signalling({ max: 500 }), /max is 500/);
  assert.throws(() => room.signalling({ gap: -1 }), /gap is -1/);
  assert.throws(() => room.signalling({ gap: "5ms" }), /gap is 5ms/);
  assert.throws(() => room.signalling({ preset: "fast" }), /preset is fast/);
  const signals = room.signalling({ gap: 200 });
  assert.equal(room.signalling(), signals);
  assert.throws(() => room.signalling({ gap: 5 }), /has its signalling already/);
  assert.throws(() => signals.send("p", {}), /no description or candidate/);
  assert.throws(() => signals.send(undefined, { candidate: null }), /to is undefined/);
});

test("a description is never held, and flushes what waits, the batch first", async () => {
  const { signals, left } = await fixtureWith();
  signals.send("p", { candidate: candidate(1) });
  signals.send("p", { description: offer });
  await settled();
  assert.deepEqual(left(), [["p", [1]], ["p", ["offer"]]]);
  assert.deepEqual(signals.stats().flushes, { description: 1 });
});

test("any other message to the same peer, or to all, waits for the batch; one to somebody else does not", async () => {
  const { signals, room, clock, left } = await fixtureWith();
  signals.send("p", { candidate: candidate(1) });
  room.send("note", "to another", { to: "q" });
  room.send("note", "to the same", { to: "p" });
  signals.send("p", { candidate: candidate(2) });
  room.send("note", "to all");
  await clock.advance(0);
  assert.deepEqual(left(), [["q", "to another"], ["p", [1]], ["p", "to the same"], ["p", [2]], ["", "to all"]]);
  assert.deepEqual(signals.stats().flushes, { order: 2 });
});

test("peers do not share batches", async () => {
  const { signals, clock, left } = await fixtureWith();
  signals.send("p", { candidate: candidate(1) });
  signals.send("q", { candidate: candidate(2) });
  signals.send("p", { candidate: candidate(3) });
  await clock.advance(5);
  assert.deepEqual(left().sort(), [["p", [1, 3]], ["q", [2]]]);
});

test("a change of the username fragment flushes: one batch, one generation", async () => {
  const { signals, clock, left } = await fixtureWith();
  signals.send("p", { candidate: candidate(1, "aaaa") });
  signals.send("p", { candidate: candidate(2, "bbbb") });
  // The line says it where the member does not.
  signals.send("p", { candidate: candidate(3, "bbbb", { usernameFragment: null }) });
  signals.send("p", { candidate: candidate(4, "cccc", { usernameFragment: undefined }) });
  await clock.advance(5);
  assert.deepEqual(left(), [["p", [1]], ["p", [2, 3]], ["p", [4]]]);
  assert.deepEqual(signals.stats().flushes, { ufrag: 2, gap: 1 });
});

test("several media sections share a batch", async () => {
  const { signals, clock, left } = await fixtureWith();
  signals.send("p", { candidate: candidate(1) });
  signals.send("p", { candidate: candidate(2, "abcd", { sdpMid: "1", sdpMLineIndex: 1 }) });
  await clock.advance(5);
  assert.deepEqual(left(), [["p", [1, 2]]]);
});

test("several peer connections between two peers do not share a batch, and keep their order", async () => {
  const { signals, clock, socket } = await fixtureWith();
  signals.send("p", { candidate: candidate(1), connection: "screen" });
  signals.send("p", { candidate: candidate(2) });
  signals.send("p", { candidate: candidate(3), connection: "screen" });
  await clock.advance(5);
  const messages = socket.take().map(([, { payload }]) => decodeSignals(payload).map((signal) => [signal.connection, short(signal)]));
  assert.deepEqual(messages, [[["screen", 1]], [[undefined, 2]], [["screen", 3]]]);
  assert.equal(signals.stats().flushes.connection, 2);
});

for (const [name, end, expected] of [
  ["the null event", null, null],
  ["Firefox's empty candidate", { candidate: "", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "abcd" }, -1],
]) {
  test(`${name} goes with what waits, at once`, async () => {
    const { signals, left } = await fixtureWith();
    signals.send("p", { candidate: candidate(1) });
    signals.send("p", { candidate: end });
    await settled();
    assert.deepEqual(left(), [["p", [1, expected]]]);
    assert.deepEqual(signals.stats().flushes, { end: 1 });
  });
}

test("32 candidates flush", async () => {
  const { signals, left } = await fixtureWith();
  for (let n = 1; n <= 33; n++) signals.send("p", { candidate: candidate(n) });
  await settled();
  assert.deepEqual(left().map(([, items]) => items.length), [32]);
  assert.deepEqual(signals.stats().flushes, { cap: 1 });
});

test("8 KB flush, nothing is dropped", async () => {
  const { signals, clock, socket } = await fixtureWith();
  for (let n = 1; n <= 20; n++) signals.send("p", { candidate: { candidate: `x-${"y".repeat(1000)}${n}`, sdpMid: "0" } });
  await clock.advance(5);
  const messages = socket.take().map(([, { payload }]) => payload);
  assert.ok(messages.every((payload) => payload.length <= 8192));
  assert.deepEqual(messages.map((payload) => decodeSignals(payload).length), [7, 7, 6]);
});

test("one candidate over 8 KB travels alone", async () => {
  const { signals, clock, socket } = await fixtureWith();
  const large = { candidate: "z".repeat(10_000), sdpMid: null };
  signals.send("p", { candidate: candidate(1) });
  signals.send("p", { candidate: large });
  await clock.advance(5);
  const messages = socket.take().map(([, { payload }]) => decodeSignals(payload));
  assert.deepEqual(messages[1], [{ candidate: large }]);
});

test("the node's goAway, leave, close and flush() send what waits", async () => {
  const { client, signals, room, socket, left } = await fixtureWith();
  signals.send("p", { candidate: candidate(1) });
  socket.receive(["goAway", { reconnectAfterMs: 1000 }]);
  assert.deepEqual(left(), [["p", [1]]]);
  signals.send("p", { candidate: candidate(2) });
  signals.send("q", { candidate: candidate(3) });
  signals.flush("p");
  await settled();
  assert.deepEqual(left(), [["p", [2]]]);
  signals.flush();
  await settled();
  assert.deepEqual(left(), [["q", [3]]]);
  signals.send("p", { candidate: candidate(4) });
  client.close();
  assert.deepEqual(left(), [["p", [4]]]);
  assert.deepEqual(signals.stats().flushes, { drain: 1, manual: 2, close: 1 });
  assert.equal(room.send("x"), false);
});

test("leave sends what waits before it leaves", async () => {
  const { signals, room, socket } = await fixtureWith();
  signals.send("p", { candidate: candidate(1) });
  room.leave();
  await settled();
  assert.deepEqual(socket.take().map(([kind]) => kind), ["message", "leave"]);
});

test("neither sorted nor freed of duplicates", async () => {
  const { signals, clock, left } = await fixtureWith();
  for (const n of [3, 1, 3, 2, 2]) signals.send("p", { candidate: candidate(n) });
  await clock.advance(5);
  assert.deepEqual(left(), [["p", [3, 1, 3, 2, 2]]]);
});

test("an RTCIceCandidate is taken by its toJSON", async () => {
  const { signals, clock, socket } = await fixtureWith();
  signals.send("p", { candidate: { foundation: "1", toJSON: () => candidate(7) } });
  await clock.advance(5);
  assert.deepEqual(decodeSignals(socket.take()[0][1].payload), [{ candidate: candidate(7) }]);
});

test("the numbers", async () => {
  const { signals, clock } = await fixtureWith();
  signals.send("p", { description: offer });
  signals.send("p", { candidate: candidate(1) });
  await clock.advance(2);
  signals.send("p", { candidate: candidate(2) });
  await clock.advance(5);
  assert.deepEqual(signals.stats(), {
    items: 3, messages: 2, flushes: { gap: 1 }, delaySum: 12, delayMax: 7, lost: 0, parked: 0, discarded: 0, failed: 0,
  });
});

test("signals that the queue refuses are told as lost", async () => {
  const fixture = await connected(connect, { maxQueuedMessages: 1 });
  const room = await joined(fixture, "r/1");
  const signals = room.signalling();
  const lost = [];
  signals.onLost((detail) => lost.push(detail));
  fixture.socket.drop(1006);
  assert.equal(signals.send("p", { description: offer }), true);
  assert.equal(signals.send("p", { description: offer }), false);
  signals.send("p", { candidate: candidate(1) });
  signals.send("p", { candidate: candidate(2) });
  await fixture.clock.advance(5);
  assert.deepEqual(lost, [{ to: "p", reason: "refused" }, { to: "p", reason: "refused" }]);
  assert.equal(signals.stats().lost, 3);
});

test("after a reconnect, that signals may have been lost is told; those that waited are sent", async () => {
  const { signals, socket, clock, network } = await fixtureWith();
  const lost = [];
  signals.onLost((detail) => lost.push(detail));
  socket.drop(1006);
  signals.send("p", { candidate: candidate(1) });
  await clock.advance(250);
  const next = await welcomed(network);
  const [, [, { ref }]] = next.take();
  next.receive(["joined", { room: "tracker/demo", ref, number: 2 }]);
  assert.deepEqual(lost, [{ reason: "reconnected" }]);
  assert.deepEqual(decodeSignals(next.take()[0][1].payload), [{ candidate: candidate(1) }]);
});

// -- receiving

test("signals arrive one by one, in order, as they were", async () => {
  const { signals, arrive } = await fixtureWith();
  const heard = [];
  signals.on((from, signal) => heard.push([from, signal]));
  const items = [
    candidate(1),
    candidate(1),
    candidate(2, "abcd", { sdpMid: null, sdpMLineIndex: null, usernameFragment: null }),
    { candidate: "candidate:2 1 UDP 2122252543 host.local 34545 typ host" },
    { candidate: "candidate:2 1 udp 1 1.2.3.4 5 typ host ufrag null", usernameFragment: null },
    { candidate: "a=candidate:07  1 udp x", sdpMid: "audio", sdpMLineIndex: 3 },
    { candidate: "", sdpMid: "", sdpMLineIndex: 0, usernameFragment: "" },
    null,
  ];
  arrive("q", items, "screen");
  assert.deepEqual(heard, items.map((item) => ["q", { candidate: item, connection: "screen" }]));
});

test("a description arrives with its SDP to the last byte, a rollback without one", async () => {
  const { signals, socket } = await fixtureWith();
  const heard = [];
  signals.on((from, signal) => heard.push(signal));
  const descriptions = [{ type: "offer", sdp: "v=0\r\na=ü\n\r\n" }, { type: "rollback" }, { type: "answer", sdp: "" }];
  for (const description of descriptions) signals.send("p", { description });
  await settled();
  for (const [, { payload }] of socket.take()) socket.receive(["message", { room: 1, event: "signal", from: "p", payload }]);
  assert.deepEqual(heard, descriptions.map((description) => ({ description })));
});

test("an unreadable signal is told as an error and harms nothing", async () => {
  const { socket, errors, client } = await fixtureWith();
  for (const payload of [new Uint8Array([1]), new Uint8Array([0x22, 0x02, 0x08, 0x05]), bytes("hello")]) {
    socket.receive(["message", { room: 1, event: "signal", from: "bad", payload }]);
  }
  assert.equal(errors.length, 3);
  assert.match(errors[0].message, /unreadable signal from bad/);
  assert.equal(client.state, "open");
});

// -- an attached connection

class FakePeerConnection extends EventTarget {
  added = [];
  currentRemoteDescription = null;
  pendingRemoteDescription = null;
  refuse = false;

  async addIceCandidate(item) {
    if (this.refuse) throw new Error("OperationError");
    this.added.push(item);
  }
  apply(ufrag) {
    this.currentRemoteDescription = { type: "answer", sdp: `v=0\r\na=ice-ufrag:${ufrag}\r\na=ice-pwd:x\r\n` };
    this.dispatchEvent(new Event("signalingstatechange"));
  }
  gather(item) {
    this.dispatchEvent(Object.assign(new Event("icecandidate"), { candidate: item }));
  }
}

async function attachedFixture() {
  const fixture = await fixtureWith();
  fixture.pc = new FakePeerConnection();
  fixture.heard = [];
  fixture.signals.on((from, signal) => fixture.heard.push(short(signal)));
  fixture.detach = fixture.signals.attach(fixture.pc, "p");
  return fixture;
}

test("attached: its candidates are sent, coalesced", async () => {
  const { pc, left } = await attachedFixture();
  pc.gather(candidate(1));
  pc.gather(candidate(2));
  pc.gather(null);
  await settled();
  assert.deepEqual(left(), [["p", [1, 2, null]]]);
});

test("attached: candidates wait for the description of their generation, and come in order", async () => {
  const { pc, arrive, signals, heard } = await attachedFixture();
  arrive("p", [candidate(1), candidate(2), null]);
  assert.deepEqual(pc.added, []);
  assert.equal(signals.stats().parked, 3);
  pc.apply("abc");
  assert.deepEqual(pc.added, [], "a fragment that is only the start of another is another");
  pc.apply("abcd");
  assert.deepEqual(pc.added, [candidate(1), candidate(2), { candidate: "", usernameFragment: "abcd" }]);
  assert.deepEqual(heard, []);
});

test("attached: those of a known generation pass those of a coming one", async () => {
  const { pc, arrive } = await attachedFixture();
  pc.apply("oldd");
  arrive("p", [candidate(1, "neww")]);
  arrive("p", [candidate(2, "oldd")]);
  assert.deepEqual(pc.added, [candidate(2, "oldd")]);
  pc.apply("neww");
  assert.deepEqual(pc.added.at(-1), candidate(1, "neww"));
});

test("attached: at most 64 wait, at most 30 s; the rest is discarded and counted", async () => {
  const { pc, arrive, clock, signals } = await attachedFixture();
  for (let n = 1; n <= 70; n++) arrive("p", [candidate(n)]);
  assert.equal(signals.stats().discarded, 6);
  await clock.advance(29_000);
  arrive("p", [candidate(71)]);
  assert.equal(signals.stats().discarded, 7);
  await clock.advance(1000);
  pc.apply("other");
  assert.equal(signals.stats().discarded, 70);
  pc.apply("abcd");
  assert.deepEqual(pc.added.map((item) => short({ candidate: item })), [71]);
});

test("attached: a candidate that the browser refuses is counted and told, the next is added", async () => {
  const { pc, arrive, signals, errors } = await attachedFixture();
  pc.apply("abcd");
  pc.refuse = true;
  arrive("p", [candidate(1)]);
  await settled();
  pc.refuse = false;
  arrive("p", [candidate(2)]);
  assert.equal(signals.stats().failed, 1);
  assert.equal(errors.length, 1);
  assert.deepEqual(pc.added, [candidate(2)]);
});

test("attached: other peers, other connections and descriptions still go to the listeners", async () => {
  const { arrive, socket, heard, signals } = await attachedFixture();
  arrive("q", [candidate(1)]);
  arrive("p", [candidate(2)], "screen");
  signals.send("p", { description: offer });
  await settled();
  socket.receive(["message", { room: 1, event: "signal", from: "p", payload: socket.take()[0][1].payload }]);
  assert.deepEqual(heard, [1, 2, "offer"]);
});

test("attached: one connection a peer; detached, nothing is sent or taken", async () => {
  const { pc, arrive, signals, detach, heard, left } = await attachedFixture();
  assert.throws(() => signals.attach(new FakePeerConnection(), "p"), /attached already/);
  signals.attach(new FakePeerConnection(), "p", { connection: "screen" });
  arrive("p", [candidate(1)]);
  detach();
  pc.gather(candidate(2));
  pc.apply("abcd");
  arrive("p", [candidate(3)]);
  await settled();
  assert.deepEqual([pc.added, heard, left()], [[], [3], []]);
  assert.equal(signals.stats().discarded, 1);
});
