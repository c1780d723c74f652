// Delivery policies in front of a client: each kind, order, bounds, refusals of settings, and at random.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "../../main/resources/META-INF/resources/roomcast/client.js";
import { append, dropOldest, latest, merge, policies } from "../../main/resources/META-INF/resources/roomcast/policies.js";
import { seeded } from "./cluster.js";
import { connected, joined, settled, text } from "./fakes.js";

async function fixtureWith(options = {}, settings = {}) {
  const fixture = await connected(connect, options);
  fixture.room = await joined(fixture, "chat/1");
  fixture.declare = policies(fixture.client, { clock: fixture.clock, ...settings });
  /** What left since the last call: [event, text], with the addressee where there is one. */
  fixture.left = async () => {
    await settled();
    return fixture.socket.take().filter(([kind]) => kind === "message").map(([, { event, to, payload }]) => (to ? [event, text(payload), to] : [event, text(payload)]));
  };
  return fixture;
}

/** The browser takes no more, or does again. */
const stall = ({ socket }, bytes = 1 << 16) => (socket.bufferedAmount = bytes);

const BALANCE = ({ in: taken, out, conflated, dropped, refused }) => taken - out - conflated - dropped - refused;

// -- append

test("append: what comes close together leaves in one WebSocket message, 5 ms after the last, at most 25 ms after the first", async () => {
  const { room, declare, clock, socket, left } = await fixtureWith();
  const log = declare(room, "log", append());
  for (const n of [1, 2, 3]) {
    assert.equal(room.send("log", n), true);
    await clock.advance(4);
  }
  assert.deepEqual(await left(), []);
  await clock.advance(1);
  assert.equal(socket.sent.length, 1);
  assert.deepEqual(await left(), [["log", "1"], ["log", "2"], ["log", "3"]]);
  for (let n = 1; n <= 10; n++) {
    room.send("log", n);
    await clock.advance(4);
  }
  assert.equal((await left()).length, 7);
  await clock.advance(30);
  const { flushes, batches, largestBatch, delayMax, ...rest } = log.stats();
  assert.deepEqual([flushes, batches, largestBatch, delayMax], [{ gap: 2, max: 1 }, 3, 7, 25]);
  assert.equal(BALANCE(rest), 0);
});

test("append: nothing that is sent later in the room overtakes, whatever it is", async () => {
  const { room, declare, left, socket } = await fixtureWith();
  declare(room, "log", append());
  room.send("log", 1);
  room.send("say", 2);
  room.send("log", 3);
  room.request("sum", 4).catch(() => {});
  await settled();
  assert.deepEqual(socket.take().map(([kind, { payload }]) => [kind, text(payload)]), [["message", "1"], ["message", "2"], ["message", "3"], ["request", "4"]]);
  room.send("log", 5);
  room.leave();
  await settled();
  assert.deepEqual(socket.take().map(([kind]) => kind), ["message", "leave"]);
  assert.equal(room.send("log", 6), false);
  assert.deepEqual(await left(), []);
});

test("append: in the order of a pair, messages to others are no obstacle", async () => {
  const { room, declare, left } = await fixtureWith();
  declare(room, "log", append({ ordering: "pair" }));
  room.send("log", 1, { to: "a" });
  room.send("say", 2, { to: "b" });
  assert.deepEqual(await left(), [["say", "2", "b"]]);
  room.send("say", 3, { to: "a" });
  assert.deepEqual(await left(), [["log", "1", "a"], ["say", "3", "a"]]);
  room.send("log", 4, { to: "a" });
  room.send("say", 5);
  assert.deepEqual(await left(), [["log", "4", "a"], ["say", "5"]]);
});

test("append: another key, and the held of another event, leave first", async () => {
  const { room, declare, left } = await fixtureWith();
  declare(room, "log", append());
  declare(room, "note", append());
  room.send("log", 1, { key: "a" });
  room.send("log", 2, { key: "b" });
  assert.deepEqual(await left(), [["log", "1"]]);
  room.send("note", 3);
  assert.deepEqual(await left(), [["log", "2"]]);
});

test("append: items, bytes and the predicate flush", async () => {
  const { room, declare, left } = await fixtureWith();
  const log = declare(room, "log", append({ maxItems: 3, maxBytes: 10, flushWhen: (payload) => payload.text() === "!" }));
  for (const n of [1, 2, 3, 4]) room.send("log", n);
  assert.equal((await left()).length, 3);
  room.send("log", "!");
  assert.deepEqual(await left(), [["log", "4"], ["log", "!"]]);
  room.send("log", "aaaaaa");
  room.send("log", "bbbbbb");
  assert.deepEqual(await left(), [["log", "aaaaaa"]]);
  room.send("log", "cccc");
  assert.deepEqual(await left(), [["log", "bbbbbb"], ["log", "cccc"]]);
  assert.deepEqual(log.stats().flushes, { items: 1, predicate: 1, bytes: 2 });
});

// -- latest

test("latest: every value while the page keeps up; while it is behind the newest of each key", async () => {
  const fixture = await fixtureWith();
  const { room, declare, clock, left } = fixture;
  const quotes = declare(room, "quote", latest());
  for (const n of [1, 2]) room.send("quote", n);
  assert.equal((await left()).length, 2);
  stall(fixture);
  for (const n of [3, 4, 5]) assert.equal(room.send("quote", n, { key: "a" }), true);
  room.send("quote", 6, { key: "b" });
  await clock.advance(500);
  assert.deepEqual(await left(), []);
  stall(fixture, 0);
  await clock.advance(50);
  assert.deepEqual(await left(), [["quote", "5"], ["quote", "6"]]);
  const { conflated, flushes } = quotes.stats();
  assert.deepEqual([conflated, flushes], [2, { immediate: 2, writable: 2 }]);
});

test("latest: at most one in minInterval, the first at once, the last always", async () => {
  const { room, declare, clock, left } = await fixtureWith();
  const cursor = declare(room, "cursor", latest({ minInterval: 100 }));
  const seen = [];
  for (let n = 1; n <= 25; n++) {
    room.send("cursor", n);
    await clock.advance(10);
    seen.push(...(await left()).map(([, value]) => value));
  }
  await clock.advance(100);
  seen.push(...(await left()).map(([, value]) => value));
  assert.deepEqual(seen, ["1", "10", "20", "25"]);
  await clock.advance(1000);
  assert.equal(clock.pendingTimers, 1, "only the client's own: nothing is remembered of a key that is quiet");
  assert.deepEqual([cursor.stats().conflated, cursor.stats().flushes], [21, { immediate: 1, interval: 3 }]);
});

test("latest: while the connection is away one value a key waits, and leaves when it is back", async () => {
  const fixture = await fixtureWith();
  const { room, declare, clock, network } = fixture;
  declare(room, "cursor", latest());
  fixture.socket.drop(1006);
  for (let n = 1; n <= 5000; n++) assert.equal(room.send("cursor", n), true);
  await clock.advance(125);
  await settled();
  const socket = network.last();
  socket.open();
  socket.receive(["welcome", { peer: "peer-2", limits: { maxMessageBytes: 65536 }, pingIntervalMs: 25000 }]);
  await settled();
  const [, [, { ref }]] = socket.take();
  socket.receive(["joined", { room: "chat/1", ref, number: 4 }]);
  assert.deepEqual(socket.take().map(([, { payload }]) => text(payload)), ["5000"]);
});

// -- dropOldest

test("dropOldest: at once; while the page is behind the newest n, none older than ttl", async () => {
  const fixture = await fixtureWith();
  const { room, declare, clock, left } = fixture;
  const positions = declare(room, "position", dropOldest(2, 1000));
  room.send("position", 1);
  assert.deepEqual(await left(), [["position", "1"]]);
  stall(fixture);
  for (const n of [2, 3, 4]) room.send("position", n);
  await clock.advance(600);
  room.send("position", 5);
  await clock.advance(600);
  stall(fixture, 0);
  await clock.advance(50);
  assert.deepEqual(await left(), [["position", "5"]]);
  assert.deepEqual([positions.stats().dropped, positions.stats().out], [3, 2]);
});

// -- merge

test("merge: what follows is merged into what is held", async () => {
  const { room, declare, clock, left } = await fixtureWith();
  const deltas = declare(room, "delta", merge((older, newer) => ({ ...older.json(), ...newer.json() }), { maxItems: 3 }));
  room.send("delta", { a: 1 });
  room.send("delta", { b: 2 });
  await clock.advance(99);
  assert.deepEqual(await left(), []);
  await clock.advance(1);
  assert.deepEqual(await left(), [["delta", '{"a":1,"b":2}']]);
  for (const n of [1, 2, 3]) room.send("delta", { a: n });
  assert.deepEqual(await left(), [["delta", '{"a":3}']]);
  assert.deepEqual([deltas.stats().conflated, BALANCE(deltas.stats())], [3, 0]);
});

test("merge: a function that throws is reported, and the newer payload stands for both", async (t) => {
  const reported = t.mock.method(console, "error", () => {});
  const { room, declare, clock, left } = await fixtureWith();
  declare(room, "delta", merge(() => { throw new Error("mine"); }));
  room.send("delta", 1);
  room.send("delta", 2);
  await clock.advance(100);
  assert.deepEqual(await left(), [["delta", "2"]]);
  assert.equal(reported.mock.callCount(), 1);
});

// -- keys, bounds, ends

test("keys come from send, else from keyedBy; where that fails the message goes as without a policy", async (t) => {
  const reported = t.mock.method(console, "error", () => {});
  const fixture = await fixtureWith();
  const { room, declare, clock, left } = fixture;
  declare(room, "quote", latest({ keyedBy: (payload) => payload.json().symbol }));
  stall(fixture);
  room.send("quote", { symbol: "A", n: 1 });
  room.send("quote", { symbol: "B", n: 2 });
  room.send("quote", { symbol: "A", n: 3 });
  room.send("quote", { symbol: "A", n: 4 }, { key: "C" });
  room.send("quote", "no JSON");
  room.send("quote", 5, { key: "x".repeat(256) });
  assert.deepEqual((await left()).map(([, value]) => value), ["no JSON", "5"]);
  assert.equal(reported.mock.callCount(), 2);
  stall(fixture, 0);
  await clock.advance(50);
  assert.deepEqual((await left()).map(([, value]) => JSON.parse(value).n), [3, 2, 4]);
});

test("one key more than maxKeys lets the oldest leave, or drops it", async () => {
  const fixture = await fixtureWith();
  const { room, declare, left } = fixture;
  const quotes = declare(room, "quote", latest({ maxKeys: 2 }));
  const positions = declare(room, "position", dropOldest(1, 1000, { maxKeys: 2 }));
  stall(fixture);
  for (const key of ["a", "b", "c"]) {
    room.send("quote", key, { key });
    room.send("position", key, { key });
  }
  assert.deepEqual(await left(), [["quote", "a"]]);
  assert.deepEqual([quotes.stats().flushes, positions.stats().dropped], [{ keys: 1 }, 1]);
});

test("what is held for all rooms is bounded: at the bound a message leaves at once, and dropOldest drops", async () => {
  const fixture = await fixtureWith({}, { maxHeldBytes: 100 });
  const { room, declare, left } = fixture;
  declare(room, "log", append({ maxBytes: 100 }));
  const positions = declare(room, "position", dropOldest(10, 1000, { maxBytes: 100 }));
  stall(fixture);
  for (const n of [1, 2, 3]) room.send("position", "x".repeat(30), { key: n });
  room.send("log", "y".repeat(20));
  assert.deepEqual(await left(), [["log", "y".repeat(20)]]);
  assert.equal(room.send("position", "z".repeat(30)), false);
  assert.equal(positions.stats().dropped, 1);
});

test("what is refused when it leaves is counted and told", async () => {
  const fixture = await fixtureWith({ maxQueuedMessages: 2 });
  const { room, declare, clock } = fixture;
  const log = declare(room, "log", append());
  const refused = [];
  const off = log.onRefused((count) => refused.push(count));
  fixture.socket.drop(1006);
  for (const n of [1, 2, 3]) assert.equal(room.send("log", n), true);
  await clock.advance(5);
  assert.deepEqual(refused, [1]);
  assert.deepEqual([log.stats().refused, BALANCE(log.stats())], [1, 0]);
  off();
});

test("close and flush() send what is held; a room that is left holds nothing more", async () => {
  const { client, room, declare, clock, left } = await fixtureWith();
  const log = declare(room, "log", append());
  room.send("log", 1);
  log.flush();
  assert.deepEqual(await left(), [["log", "1"]]);
  room.send("log", 2);
  client.close();
  assert.deepEqual(await left(), [["log", "2"]]);
  assert.equal(clock.pendingTimers, 0);
  assert.deepEqual(log.stats().flushes, { manual: 1, close: 1 });
});

test("a room that the server takes the peer out of refuses what is held", async () => {
  const { room, socket, declare } = await fixtureWith();
  const log = declare(room, "log", append());
  room.send("log", 1);
  socket.receive(["left", { room: 1, ref: 0 }]);
  assert.equal(log.stats().refused, 1);
  assert.equal(room.send("log", 2), false);
});

// -- what is refused when it is declared

for (const [what, make, expected] of [
  ["a gap out of range", () => append({ idleGap: -1 }), /idleGap is -1, expected 0 to 10000 ms/],
  ["a gap that is no number", () => append({ idleGap: "soon" }), /idleGap is soon/],
  ["a gap above the delay", () => append({ idleGap: 30, maxDelay: 20 }), /idleGap is 30 ms, expected at most the maxDelay of 20 ms/],
  ["an interval above the delay", () => latest({ minInterval: 50, maxDelay: 20 }), /minInterval is 50 ms, expected at most the maxDelay of 20 ms/],
  ["an interval for append", () => append({ minInterval: 5 }), /minInterval is 5, expected none: append/],
  ["items for latest", () => latest({ maxItems: 5 }), /maxItems is 5, expected none: latest/],
  ["a delay for dropOldest", () => dropOldest(1, 1, { maxDelay: 5 }), /maxDelay is 5, expected none: dropOldest/],
  ["a predicate for dropOldest", () => dropOldest(1, 1, { flushWhen: () => true }), /flushWhen is set, expected none/],
  ["no order for append", () => append({ ordering: "none" }), /ordering is none, expected room or pair/],
  ["an order for dropOldest", () => dropOldest(1, 1, { ordering: "room" }), /ordering is room, expected none/],
  ["n of 0", () => dropOldest(0, 1), /n is 0, expected 1 to 10000/],
  ["a ttl of 0", () => dropOldest(1, 0), /ttl is 0, expected 1 to 600000 ms/],
  ["no merger", () => merge(), /merger is undefined, expected a function/],
  ["a key that is no function", () => latest({ keyedBy: "a" }), /keyedBy is a, expected a function/],
  ["an unknown setting", () => append({ gap: 5 }), /gap is no setting of append/],
]) {
  test(`refused by name: ${what}`, () => assert.throws(make, { message: expected }));
}

test("refused: two policies of one event, what is no policy, more bytes than may be held", async () => {
  const { room, declare } = await fixtureWith({}, { maxHeldBytes: 1000 });
  declare(room, "log", append({ maxBytes: 1000 }));
  assert.throws(() => declare(room, "log", append({ maxBytes: 10 })), /event log of room chat\/1 has its policy already/);
  assert.throws(() => declare(room, "note", {}), /policy is .*expected one of append/);
  assert.throws(() => declare(room, "note", append({ maxBytes: 1001 })), /maxBytes is 1001, expected at most the maxHeldBytes of 1000/);
});

test("settings that are undefined are not there", () => assert.equal(append({ maxItems: undefined }).maxItems, 32));

// -- at random

test("at random: what is ordered is never overtaken, nothing is lost that may not be, and the counts add up", async (t) => {
  const first = Number(process.env.ROOMCAST_SEED ?? Date.now() % 1e9);
  t.diagnostic(`seeds ${first} to ${first + 19}`);
  for (let seed = first; seed < first + 20; seed++) {
    const random = seeded(seed);
    const fixture = await fixtureWith({ maxQueuedMessages: 1e6, maxQueuedBytes: 1e9 });
    const { room, declare, clock, left } = fixture;
    const declaredOf = {
      log: declare(room, "log", append({ maxItems: 5, flushWhen: () => random() < 0.05 })),
      pair: declare(room, "pair", append({ ordering: "pair", idleGap: 3 })),
      ordered: declare(room, "ordered", latest({ ordering: "room", minInterval: 20 })),
      quote: declare(room, "quote", latest({ minInterval: 30 })),
      position: declare(room, "position", dropOldest(3, 200)),
      sum: declare(room, "sum", merge((older, newer) => ({ n: newer.json().n, sum: older.json().sum + newer.json().sum }), { maxDelay: 40 })),
    };
    const events = [...Object.keys(declaredOf), "plain"];
    const heard = [];
    let total = 0;
    const sent = new Map(events.map((event) => [event, []]));
    for (let n = 1; n <= 400; n++) {
      const event = events[random.below(events.length)];
      const key = ["quote", "position"].includes(event) ? "abc"[random.below(3)] : undefined;
      const to = event === "pair" ? ["p", "q"][random.below(2)] : undefined;
      if (event === "sum") total++;
      room.send(event, { n, sum: 1, key, to }, { key, to });
      sent.get(event).push(n);
      if (random() < 0.4) await clock.advance(random.below(15));
      if (random() < 0.03) stall(fixture, random() < 0.5 ? 1 << 16 : 0);
      heard.push(...(await left()).map(([kind, body]) => [kind, JSON.parse(body)]));
    }
    stall(fixture, 0);
    await clock.advance(2000);
    heard.push(...(await left()).map(([kind, body]) => [kind, JSON.parse(body)]));

    const of = (...kinds) => heard.filter(([kind]) => kinds.includes(kind)).map(([, { n }]) => n);
    const ascending = (list) => assert.deepEqual(list, [...list].sort((a, b) => a - b), `seed ${seed}`);
    for (const event of ["log", "pair", "plain"]) assert.deepEqual([...of(event)].sort((a, b) => a - b), sent.get(event), `${event} is lossless, seed ${seed}`);
    ascending(of("log", "ordered", "plain"));
    for (const to of ["p", "q"]) ascending(heard.filter(([kind, body]) => kind === "plain" || (kind === "pair" && body.to === to)).map(([, { n }]) => n));
    for (const key of "abc") {
      for (const event of ["quote", "position"]) {
        const values = heard.filter(([kind, body]) => kind === event && body.key === key).map(([, { n }]) => n);
        ascending(values);
      }
    }
    for (const event of ["ordered", "quote"]) assert.ok(of(event).includes(sent.get(event).at(-1)), `the last ${event} arrives, seed ${seed}`);
    assert.equal(heard.filter(([kind]) => kind === "sum").reduce((sum, [, body]) => sum + body.sum, 0), total, `the sum is kept, seed ${seed}`);
    for (const [event, { stats }] of Object.entries(declaredOf)) {
      const counts = stats();
      assert.equal(counts.in, sent.get(event).length, `${event}, seed ${seed}`);
      assert.equal(counts.out, of(event).length, `${event}, seed ${seed}`);
      assert.equal(BALANCE(counts), 0, `${event}, seed ${seed}`);
    }
    fixture.client.close();
    assert.equal(clock.pendingTimers, 0);
  }
});
