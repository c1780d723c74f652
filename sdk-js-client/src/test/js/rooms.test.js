import assert from "node:assert/strict";
import { test } from "node:test";
import { RoomcastError, connect } from "../../main/resources/META-INF/resources/roomcast/client.js";
import { bytes, connected, joined, settled, start, text, welcomed } from "./fakes.js";

const kinds = (frames) => frames.map(([kind]) => kind);
const payloads = (frames) => frames.map(([, { payload }]) => text(payload));

for (const protocol of ["protobuf", "json"]) {
  const key = (number, name) => (protocol === "json" ? name : number);

  test(`${protocol}: joins, gets the snapshot, sends and hears`, async () => {
    const fixture = await connected(connect, { protocol });
    const { client, socket } = fixture;
    const promise = client.join("chat/1", { nick: "ü" });
    await settled();
    const [[kind, join]] = socket.take();
    assert.equal(kind, "join");
    assert.equal(join.room, "chat/1");
    assert.equal(text(join.payload), '{"nick":"ü"}');
    socket.receive(["joined", { room: "chat/1", ref: join.ref, number: 5, snapshot: bytes('{"n":1}') }]);
    const room = await promise;
    assert.equal(room.name, "chat/1");
    assert.deepEqual(room.snapshot.json(), { n: 1 });
    await fixture.clock.advance(0);

    const heard = [];
    room.on("say", (payload, meta) => heard.push([payload.text(), meta]));
    room.on("*", (payload, { event }) => heard.push(event));
    socket.receive(
      ["message", { room: key(5, "chat/1"), event: "say", from: "other", payload: bytes("hi") }],
      ["message", { room: key(5, "chat/1"), event: "nod" }],
      ["message", { room: key(6, "chat/2"), event: "say", payload: bytes("elsewhere") }],
    );
    assert.deepEqual(heard, [["hi", { event: "say", from: "other", offset: undefined }], "say", "nod"]);

    assert.equal(room.send("say", "hello"), true);
    assert.equal(room.send("say", new Uint8Array([255, 0]), { to: "other" }), true);
    assert.equal(room.send("empty"), true);
    await settled();
    assert.equal(socket.sent.length, 1, "one WebSocket message for what one turn sent");
    const sent = socket.take();
    assert.deepEqual(
      sent.map(([, { room: where, event, to, payload }]) => [where, event, to, [...payload]]),
      [
        [key(5, "chat/1"), "say", "", [...bytes("hello")]],
        [key(5, "chat/1"), "say", "other", [255, 0]],
        [key(5, "chat/1"), "empty", "", []],
      ],
    );
  });
}

test("messages right behind the joined frame wait until the one who awaits the room can listen", async () => {
  const { client, clock, socket } = await connected(connect);
  const heard = [];
  const application = (async () => {
    const room = await (async () => client.join("chat/1"))();
    await null;
    room.on("say", (payload) => heard.push(payload.text()));
  })();
  await settled();
  const [[, { ref }]] = socket.take();
  socket.receive(["joined", { room: "chat/1", ref, number: 1 }], ["message", { room: 1, event: "say", payload: bytes("1") }]);
  socket.receive(["message", { room: 1, event: "say", payload: bytes("2") }]);
  await application;
  assert.deepEqual(heard, []);
  await clock.advance(0);
  assert.deepEqual(heard, ["1", "2"]);
});

test("a connection that breaks while messages wait delivers them first", async () => {
  const { client, clock, socket, states } = await connected(connect);
  const heard = [];
  client.join("chat/1").then((room) => room.on("say", (payload) => heard.push(payload.text())));
  await settled();
  const [[, { ref }]] = socket.take();
  socket.receive(["joined", { room: "chat/1", ref, number: 1 }], ["message", { room: 1, event: "say", payload: bytes("1") }]);
  socket.drop(1001);
  await clock.advance(0);
  assert.deepEqual(heard, ["1"]);
  assert.equal(states.at(-1)[0], "waiting");
});

test("routes shorten messages in both directions, those with an addressee go in full", async () => {
  const fixture = await connected(connect);
  const { socket } = fixture;
  const room = await joined(fixture, "chat/1", { number: 3, routes: [{ route: 9, room: 3, event: "say" }] });
  const heard = [];
  room.on("*", (payload, { event, from }) => heard.push([event, payload.text(), from]));
  socket.receive(["data", { route: 9, payload: bytes("a") }], ["route", { route: 10, room: 3, event: "nod" }], ["data", { route: 10, payload: bytes("b") }]);
  assert.deepEqual(heard, [["say", "a", undefined], ["nod", "b", undefined]]);
  room.send("say", "x");
  room.send("nod", "y");
  room.send("say", "z", { to: "p" });
  room.send("new", "w");
  await settled();
  assert.deepEqual(
    socket.take().map(([kind, { route, event, payload }]) => [kind, route ?? event, text(payload)]),
    [["data", 9, "x"], ["data", 10, "y"], ["message", "say", "z"], ["message", "new", "w"]],
  );
});

test("a message on an unknown route is told as an error", async () => {
  const fixture = await connected(connect);
  fixture.socket.receive(["data", { route: 77, payload: bytes("a") }]);
  assert.match(fixture.errors[0].message, /route 77/);
  assert.equal(fixture.client.state, "open");
});

test("a refused join rejects with the server's code and text", async () => {
  const { client, socket, errors } = await connected(connect);
  const promise = client.join("secret/1");
  await settled();
  const [[, { ref }]] = socket.take();
  socket.receive(["error", { code: 6, text: "members only", ref, room: "secret/1" }]);
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof RoomcastError);
    assert.deepEqual([error.code, error.reason, error.room, error.message], [6, "members only", "secret/1", "members only (6)"]);
    return true;
  });
  assert.deepEqual(errors, []);
  client.join("secret/1");
  await settled();
  assert.deepEqual(kinds(socket.take()), ["join"], "asked again, not remembered as refused");
});

test("errors that answer no join are events", async () => {
  const { socket, errors } = await connected(connect);
  socket.receive(["error", { code: 11, text: "handler failed", room: "chat/1" }]);
  assert.deepEqual([errors[0].code, errors[0].room, errors[0].terminal], [11, "chat/1", false]);
});

test("joining twice asks once and gives the same room", async () => {
  const fixture = await connected(connect);
  const [first, second] = [fixture.client.join("chat/1"), fixture.client.join("chat/1")];
  await settled();
  const asked = fixture.socket.take();
  assert.deepEqual(kinds(asked), ["join"]);
  fixture.socket.receive(["joined", { room: "chat/1", ref: asked[0][1].ref, number: 1 }]);
  assert.equal(await first, await second);
  assert.equal(await fixture.client.join("chat/1"), await first);
});

test("a room that the server puts the peer into is told, and can be joined", async () => {
  const fixture = await connected(connect);
  const rooms = [];
  fixture.client.on("joined", (room) => rooms.push(room));
  fixture.socket.receive(["joined", { room: "lobby", ref: 0, number: 2, snapshot: bytes("s") }]);
  assert.equal(rooms[0].name, "lobby");
  assert.equal(await fixture.client.join("lobby"), rooms[0]);
  assert.deepEqual(fixture.socket.take(), []);
});

test("the server being faster with a room than our join is no error", async () => {
  const { client, socket, errors } = await connected(connect);
  const promise = client.join("lobby");
  await settled();
  const [[, { ref }]] = socket.take();
  socket.receive(["joined", { room: "lobby", ref: 0, number: 2 }], ["error", { code: 8, text: "in already", ref }]);
  assert.equal((await promise).name, "lobby");
  assert.deepEqual(errors, []);
});

test("leave asks after what was sent before it, and resolves when the server says so", async () => {
  const fixture = await connected(connect);
  const room = await joined(fixture, "chat/1", { number: 4 });
  const heard = [];
  room.on("say", () => heard.push(1));
  room.send("say", "bye");
  let done = false;
  const leaving = room.leave().then(() => (done = true));
  assert.equal(room.send("say", "too late"), false);
  await settled();
  const sent = fixture.socket.take();
  assert.deepEqual(kinds(sent), ["message", "leave"]);
  assert.equal(sent[1][1].room, 4);
  fixture.socket.receive(["message", { room: 4, event: "say" }]);
  assert.equal(done, false);
  fixture.socket.receive(["left", { room: 4, ref: sent[1][1].ref }]);
  await leaving;
  assert.deepEqual(heard, []);
  await room.leave();
});

test("joining again while the leave is on its way comes after it", async () => {
  const fixture = await connected(connect);
  const first = await joined(fixture, "chat/1");
  first.leave();
  const again = fixture.client.join("chat/1");
  await settled();
  const sent = fixture.socket.take();
  assert.deepEqual(kinds(sent), ["leave"]);
  fixture.socket.receive(["left", { room: 1, ref: sent[0][1].ref }]);
  await settled();
  const [[kind, { ref }]] = fixture.socket.take();
  assert.equal(kind, "join");
  fixture.socket.receive(["joined", { room: "chat/1", ref, number: 2 }]);
  assert.notEqual(await again, first);
});

test("a refused leave rejects; one that finds the peer out already resolves", async () => {
  const fixture = await connected(connect);
  for (const [code, rejected] of [[11, true], [7, false]]) {
    const room = await joined(fixture, `chat/${code}`, { number: code });
    const leaving = room.leave();
    await settled();
    fixture.socket.receive(["error", { code, text: "no", ref: fixture.socket.take()[0][1].ref }]);
    if (rejected) await assert.rejects(leaving, { code });
    else await leaving;
  }
});

test("being taken out of a room is told", async () => {
  const fixture = await connected(connect);
  const room = await joined(fixture, "chat/1");
  const told = [];
  room.onStatus("left", (why) => told.push(why));
  fixture.socket.receive(["left", { room: 1, ref: 0, reason: "moderated" }]);
  assert.deepEqual(told, [{ code: 0, reason: "moderated" }]);
  assert.equal(room.send("say", "x"), false);
  await room.leave();
  assert.deepEqual(fixture.socket.take(), []);
});

test("a gap is told with its size", async () => {
  const fixture = await connected(connect);
  const room = await joined(fixture, "chat/1");
  const gaps = [];
  room.onStatus("gap", (gap) => gaps.push(gap));
  fixture.socket.receive(["gap", { room: 1, missed: 3 }]);
  assert.deepEqual(gaps, [{ missed: 3 }]);
});

// -- reconnect

test("after a reconnect it enters its rooms again with the same payload, and tells the new snapshot", async () => {
  const fixture = await connected(connect);
  const { client, clock, network } = fixture;
  const promise = client.join("chat/1", "hello");
  await settled();
  fixture.socket.receive(["joined", { room: "chat/1", ref: fixture.socket.take()[0][1].ref, number: 1, snapshot: bytes("old"), routes: [{ route: 1, room: 1, event: "say" }] }]);
  const room = await promise;
  await clock.advance(0);
  const rejoined = [];
  room.onStatus("rejoined", (it) => rejoined.push(it.snapshot.text()));
  fixture.socket.drop(1006);
  assert.equal(room.send("say", "while away"), true);
  await clock.advance(250);
  const socket = await welcomed(network, { peer: "peer-new" });
  assert.equal(client.peer, "peer-new");
  const sent = socket.take();
  assert.deepEqual(kinds(sent), ["hello", "join"]);
  assert.equal(text(sent[1][1].payload), "hello");
  socket.receive(["joined", { room: "chat/1", ref: sent[1][1].ref, number: 8, snapshot: bytes("new") }]);
  assert.deepEqual(rejoined, ["new"]);
  const [[kind, message]] = socket.take();
  assert.equal(kind, "message", "the old connection's routes are forgotten");
  assert.deepEqual([message.room, text(message.payload)], [8, "while away"]);
});

test("a join made while away is asked when the connection is there", async () => {
  const fixture = start(connect);
  const promise = fixture.client.join("chat/1");
  const socket = await welcomed(fixture.network);
  const sent = socket.take();
  assert.deepEqual(kinds(sent), ["hello", "join"]);
  socket.receive(["joined", { room: "chat/1", ref: sent[1][1].ref, number: 1 }]);
  assert.equal((await promise).name, "chat/1");
});

test("a join from an open listener is asked once", async () => {
  const fixture = start(connect);
  fixture.client.on("state", (state) => state === "open" && fixture.client.join("chat/1"));
  const socket = await welcomed(fixture.network);
  assert.deepEqual(kinds(socket.take()), ["hello", "join"]);
});

test("a join whose connection breaks unanswered is asked again", async () => {
  const { client, clock, network, socket } = await connected(connect);
  const promise = client.join("chat/1");
  await settled();
  socket.drop(1006);
  await clock.advance(250);
  const next = await welcomed(network);
  const [, [, { ref }]] = next.take();
  next.receive(["joined", { room: "chat/1", ref, number: 1 }]);
  assert.equal((await promise).name, "chat/1");
});

test("a node that is stopping does not end a room: the next node is asked", async () => {
  const { client, clock, network, socket, errors } = await connected(connect);
  const promise = client.join("chat/1");
  await settled();
  socket.receive(["error", { code: 14, text: "stopping", ref: socket.take()[0][1].ref }], ["goAway", { reconnectAfterMs: 0 }]);
  socket.drop(1001);
  await clock.advance(250);
  const next = await welcomed(network);
  const [, [kind, { ref }]] = next.take();
  assert.equal(kind, "join");
  next.receive(["joined", { room: "chat/1", ref, number: 1 }]);
  await promise;
  assert.deepEqual(errors, []);
});

test("a rejoin that is refused ends the room and says why", async () => {
  const fixture = await connected(connect);
  const room = await joined(fixture, "chat/1");
  const told = [];
  room.onStatus("left", (why) => told.push(why));
  fixture.socket.drop(1006);
  await fixture.clock.advance(250);
  const socket = await welcomed(fixture.network);
  const [, [, { ref }]] = socket.take();
  socket.receive(["error", { code: 6, text: "banned", ref }]);
  assert.deepEqual(told, [{ code: 6, reason: "banned" }]);
  assert.equal(room.send("say"), false);
});

test("leaving while away is done at once; the room is not entered again", async () => {
  const fixture = await connected(connect);
  const room = await joined(fixture, "chat/1");
  fixture.socket.drop(1006);
  await room.leave();
  await fixture.clock.advance(250);
  const socket = await welcomed(fixture.network);
  assert.deepEqual(kinds(socket.take()), ["hello"]);
});

test("leaving while the rejoin is unanswered leaves after it", async () => {
  const fixture = await connected(connect);
  const room = await joined(fixture, "chat/1");
  fixture.socket.drop(1006);
  await fixture.clock.advance(250);
  const socket = await welcomed(fixture.network);
  const [, [, { ref }]] = socket.take();
  const rejoined = [];
  room.onStatus("rejoined", () => rejoined.push(1));
  const leaving = room.leave();
  await settled();
  assert.deepEqual(socket.take(), []);
  socket.receive(["joined", { room: "chat/1", ref, number: 3 }]);
  const [[kind, leave]] = socket.take();
  assert.deepEqual([kind, leave.room], ["leave", 3]);
  socket.receive(["left", { room: 3, ref: leave.ref }]);
  await leaving;
  assert.deepEqual(rejoined, []);
});

test("a leave whose connection breaks is done", async () => {
  const fixture = await connected(connect);
  const room = await joined(fixture, "chat/1");
  const leaving = room.leave();
  await settled();
  fixture.socket.drop(1006);
  await leaving;
});

test("closing rejects joins, ends rooms and resolves leaves", async () => {
  const fixture = await connected(connect);
  const room = await joined(fixture, "chat/1", { number: 1 });
  const other = await joined(fixture, "chat/2", { number: 2 });
  const pending = fixture.client.join("chat/3");
  const leaving = other.leave();
  await settled();
  fixture.client.close();
  await assert.rejects(pending, { code: 0 });
  await leaving;
  assert.equal(room.send("say"), false);
  await assert.rejects(fixture.client.join("chat/4"), { code: 0, reason: "the client is closed" });
});

test("what was sent in the turn of close() still leaves", async () => {
  const fixture = await connected(connect);
  const room = await joined(fixture, "chat/1");
  room.send("say", "last words");
  fixture.client.close();
  assert.deepEqual(payloads(fixture.socket.take()), ["last words"]);
});

// -- bounds

test("at most so many messages wait; one more is refused", async () => {
  const fixture = await connected(connect, { maxQueuedMessages: 3 });
  const room = await joined(fixture, "chat/1");
  fixture.socket.drop(1006);
  assert.deepEqual([1, 2, 3, 4].map((n) => room.send("say", String(n))), [true, true, true, false]);
  await fixture.clock.advance(250);
  const socket = await welcomed(fixture.network);
  const [, [, { ref }]] = socket.take();
  socket.receive(["joined", { room: "chat/1", ref, number: 1 }]);
  assert.deepEqual(payloads(socket.take()), ["1", "2", "3"]);
  assert.equal(room.send("say", "5"), true);
});

test("at most so many bytes wait; a message over that is refused", async () => {
  const fixture = await connected(connect, { maxQueuedBytes: 1000 });
  const room = await joined(fixture, "chat/1");
  fixture.socket.drop(1006);
  assert.equal(room.send("say", new Uint8Array(600)), true);
  assert.equal(room.send("say", new Uint8Array(600)), false);
  assert.equal(room.send("say", new Uint8Array(100)), true);
});

test("many messages in one turn are no reason to refuse while the connection takes them", async () => {
  const fixture = await connected(connect, { maxQueuedMessages: 10 });
  const room = await joined(fixture, "chat/1");
  for (let i = 0; i < 100; i++) assert.equal(room.send("say", String(i)), true);
  await settled();
  assert.deepEqual(payloads(fixture.socket.take()), Array.from({ length: 100 }, (_, i) => String(i)));
});

test("no WebSocket message exceeds what the server accepts; a larger payload is refused", async () => {
  for (const protocol of ["protobuf", "json"]) {
    const fixture = start(connect, { protocol });
    const socket = await welcomed(fixture.network, { limits: { maxMessageBytes: 1000, maxRooms: 9 } });
    socket.take();
    const room = await joined(fixture, "chat/1");
    assert.equal(room.send("say", "x".repeat(1000)), false);
    for (let i = 0; i < 20; i++) assert.equal(room.send("say", "x".repeat(300)), true);
    await settled();
    assert.ok(socket.sent.length >= 7 && socket.sent.length <= 10, `${socket.sent.length} messages`);
    for (const data of socket.sent) assert.ok(data.length <= 1000, `${data.length} bytes`);
    assert.equal(socket.take().length, 20);
  }
});

test("a message that waited and is too large for the next node is told as an error", async () => {
  const fixture = await connected(connect);
  const room = await joined(fixture, "chat/1");
  fixture.socket.drop(1006);
  room.send("say", "x".repeat(500));
  room.send("say", "y");
  await fixture.clock.advance(250);
  const socket = await welcomed(fixture.network, { limits: { maxMessageBytes: 200, maxRooms: 9 } });
  const [, [, { ref }]] = socket.take();
  socket.receive(["joined", { room: "chat/1", ref, number: 1 }]);
  assert.deepEqual(payloads(socket.take()), ["y"]);
  assert.match(fixture.errors[0].message, /over the limit of 200/);
});

test("a join whose payload is too large rejects", async () => {
  const { client, socket } = await connected(connect);
  await assert.rejects(client.join("chat/1", new Uint8Array(70_000)), { code: 0, room: "chat/1" });
  client.join("chat/1");
  await settled();
  assert.deepEqual(kinds(socket.take()), ["join"]);
});

test("an error listener that sends, sends once and doubles nothing", async () => {
  const fixture = await connected(connect, { maxQueuedMessages: 3 });
  const room = await joined(fixture, "chat/1");
  fixture.client.on("error", () => room.send("say", "sorry"));
  fixture.socket.drop(1006);
  for (const payload of ["a", "x".repeat(500), "b"]) room.send("say", payload);
  await fixture.clock.advance(250);
  const socket = await welcomed(fixture.network, { limits: { maxMessageBytes: 200, maxRooms: 9 } });
  const [, [, { ref }]] = socket.take();
  socket.receive(["joined", { room: "chat/1", ref, number: 1 }]);
  await settled();
  assert.deepEqual(payloads(socket.take()), ["a", "b", "sorry"]);
});

test("a leave that failed does not fail the next join", async () => {
  const fixture = await connected(connect);
  const room = await joined(fixture, "chat/1");
  const leaving = room.leave();
  const again = fixture.client.join("chat/1");
  await settled();
  fixture.socket.receive(["error", { code: 11, text: "no", ref: fixture.socket.take()[0][1].ref }]);
  await assert.rejects(leaving, { code: 11 });
  await settled();
  fixture.socket.receive(["joined", { room: "chat/1", ref: fixture.socket.take()[0][1].ref, number: 1 }]);
  assert.equal((await again).name, "chat/1");
});

test("what the browser has not sent holds the queue back until it drains", async () => {
  const fixture = await connected(connect, { maxQueuedMessages: 2 });
  const room = await joined(fixture, "chat/1");
  const { socket, clock } = fixture;
  socket.bufferedAmount = 1 << 20;
  assert.deepEqual([1, 2, 3].map((n) => room.send("say", String(n))), [true, true, false]);
  await clock.advance(200);
  assert.deepEqual(socket.take(), []);
  socket.bufferedAmount = 100;
  await clock.advance(50);
  assert.deepEqual(payloads(socket.take()), ["1", "2"]);
});

test("a payload may be changed after send", async () => {
  const fixture = await connected(connect);
  const room = await joined(fixture, "chat/1");
  const array = new Uint8Array([1, 2, 3]);
  room.send("a", array);
  room.send("b", array.subarray(1, 2));
  room.send("c", array.buffer);
  room.send("d", new DataView(array.buffer, 2));
  array.fill(9);
  await settled();
  assert.deepEqual(fixture.socket.take().map(([, { payload }]) => [...payload]), [[1, 2, 3], [2], [1, 2, 3], [3]]);
});

test("a byte order mark in a payload is kept", async () => {
  for (const protocol of ["protobuf", "json"]) {
    const fixture = await connected(connect, { protocol });
    const room = await joined(fixture, "chat/1");
    room.send("a", "\ufeffx");
    await settled();
    assert.deepEqual([...fixture.socket.take()[0][1].payload], [0xef, 0xbb, 0xbf, 0x78]);
  }
});
