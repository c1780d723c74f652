import assert from "node:assert/strict";
import { test } from "node:test";
import { RoomcastError, connect } from "../../main/resources/META-INF/resources/roomcast/client.js";
import { bytes, connected, settled, text, welcomed } from "./fakes.js";

const EPOCH = "kX2vQ8sT0aBc.1";

for (const protocol of ["protobuf", "json"]) {
  const key = protocol === "json" ? "chat/1" : 1;

  /** In room chat/1, whose history the client has up to place 41. */
  async function member() {
    const fixture = await connected(connect, { protocol });
    const joining = fixture.client.join("chat/1", "hi");
    await settled();
    const [[, { ref, epoch }]] = fixture.socket.take();
    assert.equal(epoch, "", "it was never there");
    fixture.socket.receive(["joined", { room: "chat/1", ref, number: 1, epoch: EPOCH, offset: 41, snapshot: bytes("old"), routes: [{ route: 1, room: 1, event: "say", history: true }, { route: 2, room: 1, event: "nod" }] }]);
    fixture.room = await joining;
    await fixture.clock.advance(0);
    fixture.heard = [];
    fixture.room.on("*", (payload, { offset }) => fixture.heard.push([payload.text(), offset]));
    fixture.told = [];
    for (const kind of ["rejoined", "recovered", "unrecoverable"]) fixture.room.onStatus(kind, (what) => fixture.told.push([kind, what?.missed, fixture.room.snapshot.text()]));
    return fixture;
  }

  /** Loses session and connection; returns what the client asks of the next. */
  async function comeBack(fixture) {
    fixture.socket.drop(1006);
    await fixture.clock.advance(125);
    fixture.socket = await welcomed(fixture.network, { peer: "peer-2" });
    return fixture.socket.take().find(([kind]) => kind === "join")[1];
  }

  test(`${protocol}: counts the places of what it hears, and asks for what follows when it comes back`, async () => {
    const fixture = await member();
    const { socket, heard, told } = fixture;
    if (protocol === "protobuf") {
      socket.receive(["data", { route: 1, payload: bytes("a") }], ["data", { route: 2, payload: bytes("not in it") }]);
      socket.receive(["position", { room: 1, offset: 44 }], ["data", { route: 1, payload: bytes("b") }]);
      socket.receive(["message", { room: 1, event: "say", offset: 46, payload: bytes("c") }]);
    } else {
      socket.receive(["message", { room: key, event: "say", offset: 42, payload: bytes("a") }], ["message", { room: key, event: "nod", payload: bytes("not in it") }]);
      socket.receive(["message", { room: key, event: "say", offset: 45, payload: bytes("b") }], ["message", { room: key, event: "say", offset: 46, payload: bytes("c") }]);
    }
    assert.deepEqual(heard, [["a", 42], ["not in it", undefined], ["b", 45], ["c", 46]]);
    const join = await comeBack(fixture);
    assert.deepEqual([join.epoch, join.offset, join.peer, text(join.payload)], [EPOCH, 46, "peer-0000000000001", "hi"]);
    fixture.socket.receive(
      ["joined", { room: "chat/1", ref: join.ref, number: 1, epoch: EPOCH, offset: 46, missed: 2, snapshot: bytes("later") }],
      ["message", { room: key, event: "say", offset: 47, payload: bytes("d") }],
      ["message", { room: key, event: "say", offset: 48, payload: bytes("e") }],
    );
    assert.deepEqual(told, [["recovered", 2, "old"]]);
    assert.deepEqual(heard.slice(4), [["d", 47], ["e", 48]]);
    const again = await comeBack(fixture);
    assert.deepEqual([again.offset, again.peer], [48, "peer-2"]);
  });

  test(`${protocol}: what cannot be recovered is said, and counted from where the server is`, async () => {
    const fixture = await member();
    const join = await comeBack(fixture);
    fixture.socket.receive(["joined", { room: "chat/1", ref: join.ref, number: 1, epoch: "other.1", offset: 7, unrecoverable: true, snapshot: bytes("new") }]);
    assert.deepEqual(fixture.told, [["unrecoverable", undefined, "new"], ["rejoined", undefined, "new"]]);
    const again = await comeBack(fixture);
    assert.deepEqual([again.epoch, again.offset], ["other.1", 7]);
  });

  test(`${protocol}: a server that knows no history has not recovered anything`, async () => {
    const fixture = await member();
    const join = await comeBack(fixture);
    fixture.socket.receive(["joined", { room: "chat/1", ref: join.ref, number: 1, snapshot: bytes("new") }]);
    assert.deepEqual(fixture.told.map(([kind]) => kind), ["unrecoverable", "rejoined"]);
  });

  test(`${protocol}: another epoch begins`, async () => {
    const fixture = await member();
    fixture.socket.receive(["position", { room: key, offset: 3, epoch: "other.1" }]);
    const join = await comeBack(fixture);
    assert.deepEqual([join.epoch, join.offset], ["other.1", 3]);
  });

  test(`${protocol}: reads pages: the newest, those after a place, those before one`, async () => {
    const { room, socket } = await member();
    const newest = room.history();
    const after = room.history({ after: 0, limit: 2 });
    const before = room.history({ before: 41, limit: 10 });
    const first = room.history({ before: 5, limit: 10 });
    await settled();
    const asked = socket.take().map(([kind, body]) => ({ kind, ...body }));
    assert.deepEqual(asked.map(({ kind, room: where, epoch, limit }) => [kind, where, epoch, limit]), [50, 2, 10, 10].map((limit) => ["history", key, EPOCH, limit]));
    assert.deepEqual(asked.map((it) => it.after), [undefined, 0, 30, 0]);
    const entry = (offset) => ({ offset, event: "say", from: offset % 2 ? "other" : "", payload: bytes(`m${offset}`) });
    const answer = (index, offsets) =>
      socket.receive(["page", { room: key, ref: asked[index].ref, epoch: EPOCH, oldest: 1, newest: 41, through: offsets.at(-1), entries: offsets.map(entry) }]);
    answer(2, [31, 35, 40, 41]);
    answer(0, [40, 41]);
    answer(1, [1, 2]);
    answer(3, [1, 4, 5, 6]);
    const { messages, ...page } = await newest;
    assert.deepEqual([page.epoch, page.oldest, page.newest, page.through], [EPOCH, 1, 41, 41]);
    assert.deepEqual(messages.map(({ offset, event, from, payload }) => [offset, event, from, payload.text()]), [[40, "say", undefined, "m40"], [41, "say", "other", "m41"]]);
    assert.deepEqual((await after).messages.map(({ offset }) => offset), [1, 2]);
    assert.deepEqual((await before).messages.map(({ offset }) => offset), [31, 35, 40]);
    assert.deepEqual((await first).messages.map(({ offset }) => offset), [1, 4]);
  });

  test(`${protocol}: a page that is refused, or does not come, rejects`, async () => {
    const { room, socket, clock } = await member();
    const fails = (promise) => promise.then(() => assert.fail("was answered"), (error) => error);
    const refused = fails(room.history());
    const late = fails(room.history({ timeout: 1000 }));
    await settled();
    const [[, { ref }]] = socket.take();
    socket.receive(["error", { code: 24, text: "another epoch", ref, room: "chat/1" }]);
    await clock.advance(1000);
    assert.ok((await refused) instanceof RoomcastError);
    assert.deepEqual([(await refused).code, (await late).code], [24, 16]);
  });
}

test("a room without history is entered again as before", async () => {
  const fixture = await connected(connect);
  const joining = fixture.client.join("chat/1");
  await settled();
  fixture.socket.receive(["joined", { room: "chat/1", ref: fixture.socket.take()[0][1].ref, number: 1 }]);
  const room = await joining;
  await fixture.clock.advance(0);
  const told = [];
  for (const kind of ["recovered", "unrecoverable"]) room.onStatus(kind, () => told.push(kind));
  fixture.socket.drop(1006);
  await fixture.clock.advance(125);
  const socket = await welcomed(fixture.network);
  const [, [, { ref, epoch, offset, peer }]] = socket.take();
  assert.deepEqual([epoch, offset, peer], ["", 0, ""]);
  socket.receive(["joined", { room: "chat/1", ref, number: 1 }]);
  assert.deepEqual(told, []);
});
