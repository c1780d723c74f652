import assert from "node:assert/strict";
import { test } from "node:test";
import { RoomcastError, connect } from "../../main/resources/META-INF/resources/roomcast/client.js";
import { bytes, connected, joined, settled, text, welcomed } from "./fakes.js";

const fails = (promise) => promise.then(() => assert.fail("was answered"), (error) => error);
const only = (socket, kind) => socket.take().filter(([name]) => name === kind).map(([, body]) => body);

for (const protocol of ["protobuf", "json"]) {
  const key = protocol === "json" ? "chat/1" : 5;
  const member = async () => {
    const fixture = await connected(connect, { protocol });
    return { ...fixture, room: await joined(fixture, "chat/1", { number: 5 }) };
  };

  test(`${protocol}: asks the room and gets its answer`, async () => {
    const { room, socket, clock } = await member();
    const first = room.request("sum", [20, 22], { timeout: 5000 });
    const second = room.request("name", undefined);
    await settled();
    const [sum, name] = only(socket, "request");
    assert.deepEqual([sum.room, sum.event, sum.timeoutMs, text(sum.payload)], [key, "sum", 5000, "[20,22]"]);
    assert.deepEqual([name.event, name.timeoutMs, name.payload.length], ["name", 30000, 0]);
    assert.notEqual(sum.id, name.id);
    socket.receive(["reply", { id: name.id }], ["reply", { id: sum.id, payload: bytes("42") }]);
    assert.equal((await first).json(), 42);
    assert.equal((await second).bytes.length, 0);
    socket.receive(["reply", { id: sum.id, payload: bytes("43") }], ["reply", { id: 999 }]);
    await clock.advance(40_000);
    assert.equal(only(socket, "cancel").length, 0);
  });

  test(`${protocol}: a refusal, a timeout and an abort reject once, with a code that says which`, async () => {
    const { room, socket, clock } = await member();
    const control = new AbortController();
    const refused = fails(room.request("a"));
    const late = fails(room.request("b", 0, { timeout: 1000 }));
    const aborted = fails(room.request("c", 0, { signal: control.signal }));
    await settled();
    const [a, b, c] = only(socket, "request");
    socket.receive(["reply", { id: a.id, code: 1001, reason: "not now" }]);
    control.abort();
    await clock.advance(1000);
    for (const [promise, code, reason] of [[refused, 1001, /not now/], [late, 16, /in time/], [aborted, 0, /aborted/]]) {
      const error = await promise;
      assert.ok(error instanceof RoomcastError);
      assert.equal(error.code, code);
      assert.equal(error.room, "chat/1");
      assert.match(error.reason, reason);
    }
    assert.deepEqual(only(socket, "cancel").map(({ id }) => id).sort(), [b.id, c.id].sort());
    socket.receive(["reply", { id: b.id, payload: bytes("late") }]);
    assert.equal((await fails(room.request("d", 0, { signal: AbortSignal.abort() }))).code, 0);
    await settled();
    assert.equal(only(socket, "request").length, 0);
  });

  test(`${protocol}: answers the server in rooms and outside`, async () => {
    const { client, room, socket } = await member();
    room.onRequest("ready", async (payload, { event, from }) => ({ said: payload.text(), event, from }));
    client.onRequest("time", () => new Uint8Array([255]));
    socket.receive(
      ["request", { room: key, event: "ready", id: 7, from: "other", payload: bytes("?") }],
      ["request", { event: "time", id: 8 }],
      ["request", { event: "ready", id: 9 }],
      ["request", { room: protocol === "json" ? "chat/2" : 6, event: "ready", id: 10 }],
    );
    await settled();
    const replies = only(socket, "reply").sort((a, b) => a.id - b.id);
    assert.deepEqual(JSON.parse(text(replies[0].payload)), { said: "?", event: "ready", from: "other" });
    assert.deepEqual([...replies[1].payload], [255]);
    assert.deepEqual(replies.map(({ id, code }) => [id, code]), [[7, 0], [8, 0], [9, 15], [10, 15]]);
  });
}

test("a handler that throws is reported and refuses; with a RoomcastError it says how", async (t) => {
  const reported = t.mock.method(console, "error", () => {});
  const { client, socket } = await connected(connect);
  client.onRequest("wrong", () => {
    throw new Error("private");
  });
  client.onRequest("busy", async () => {
    throw new RoomcastError(1001, "busy");
  });
  const round = {};
  round.round = round;
  client.onRequest("round", () => round);
  client.onRequest("huge", () => new Uint8Array(70_000));
  ["wrong", "busy", "round", "huge"].forEach((event, index) => socket.receive(["request", { event, id: index + 1 }]));
  await settled();
  const replies = only(socket, "reply").sort((a, b) => a.id - b.id);
  assert.deepEqual(replies.map(({ id, code, reason }) => [id, code, reason]), [[1, 11, ""], [2, 1001, "busy"], [3, 11, ""], [4, 11, ""]]);
  assert.equal(reported.mock.callCount(), 2);
});

test("a request that is cancelled is aborted and not answered", async () => {
  const { client, socket } = await connected(connect);
  let signal;
  let answer;
  client.onRequest("slow", (payload, meta) => {
    signal = meta.signal;
    return new Promise((resolve) => (answer = resolve));
  });
  socket.receive(["request", { event: "slow", id: 1 }]);
  await settled();
  assert.equal(signal.aborted, false);
  socket.receive(["cancel", { id: 1 }], ["cancel", { id: 99 }]);
  assert.equal(signal.aborted, true);
  answer("too late");
  await settled();
  assert.deepEqual(socket.take(), []);
});

test("a lost connection rejects what is open at once and aborts what is being answered", async () => {
  const fixture = await connected(connect);
  const { client, clock, network, socket } = fixture;
  const room = await joined(fixture, "chat/1");
  let signal;
  let answer;
  client.onRequest("slow", (payload, meta) => {
    signal = meta.signal;
    return new Promise((resolve) => (answer = resolve));
  });
  const sent = fails(room.request("a"));
  socket.receive(["request", { event: "slow", id: 1 }]);
  await settled();
  const unsent = fails(room.request("b"));
  socket.drop(1006);
  assert.equal((await sent).code, 12);
  assert.equal((await unsent).code, 12);
  assert.equal(signal.aborted, true);
  assert.equal((await fails(room.request("c"))).code, 12);
  await clock.advance(1000);
  const next = await welcomed(network);
  answer("for a connection that is gone");
  await clock.advance(40_000);
  assert.deepEqual(next.take().filter(([kind]) => ["request", "reply", "cancel"].includes(kind)), []);
});

test("leaving the room or closing the client rejects its requests", async () => {
  const fixture = await connected(connect);
  const left = fails((await joined(fixture, "chat/1")).request("a"));
  fixture.socket.receive(["left", { room: 1, reason: "moderated" }]);
  assert.equal((await left).code, 12);
  const closed = fails((await joined(fixture, "chat/2", { number: 2 })).request("b"));
  fixture.client.close();
  assert.equal((await closed).code, 12);
});

test("what cannot be queued or is too large is refused at once", async () => {
  const fixture = await connected(connect, { maxQueuedMessages: 2 });
  const room = await joined(fixture, "chat/1");
  assert.equal((await fails(room.request("a", new Uint8Array(70_000)))).code, 0);
  fixture.socket.bufferedAmount = 2 << 20;
  fails(room.request("b"));
  fails(room.request("c"));
  assert.equal((await fails(room.request("d"))).code, 0);
});

test("one handler an event: the last; taken off it answers no more", async () => {
  const { client, socket } = await connected(connect);
  const offFirst = client.onRequest("who", () => "first");
  const offSecond = client.onRequest("who", () => "second");
  offFirst();
  socket.receive(["request", { event: "who", id: 1 }]);
  await settled();
  offSecond();
  socket.receive(["request", { event: "who", id: 2 }]);
  await settled();
  const [first, second] = only(socket, "reply");
  assert.equal(text(first.payload), "second");
  assert.equal(second.code, 15);
});
