import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "../../main/resources/META-INF/resources/roomcast/client.js";
import { FakeCluster, seeded } from "./cluster.js";
import { FakeClock, bytes, connected, joined, readClientMessage, settled, start, text, welcomed } from "./fakes.js";

const RESUMABLE = { resume: "token-1", resumeWindowMs: 60_000 };
const kinds = (frames) => frames.map(([kind]) => kind);

/** A client that is open on a server that resumes, and in room chat/1. */
async function member(options = {}, protocol = "protobuf") {
  const fixture = start(connect, { protocol, ...options });
  fixture.socket = await welcomed(fixture.network, RESUMABLE);
  fixture.socket.take();
  fixture.room = await joined(fixture, "chat/1", { routes: protocol === "json" ? [] : [{ route: 1, room: 1, event: "say" }] });
  fixture.key = protocol === "json" ? "chat/1" : 1;
  return fixture;
}

/** Loses the connection and opens another: what the client has sent until the welcome. */
async function again(fixture) {
  fixture.socket.drop(1006);
  await fixture.clock.advance(125);
  fixture.socket = fixture.network.last();
  fixture.socket.open();
  return fixture.socket.take();
}

/** The session goes on. The client answers at once: it acknowledges what it has had. */
function welcomeBack({ socket }, received, more = {}) {
  socket.receive(["welcome", { peer: "peer-0000000000001", node: "b", ...RESUMABLE, resume: "token-2", resumed: true, received, ...more }]);
  const [[kind, ack]] = readClientMessage(socket.wire, socket.sent.shift());
  assert.equal(kind, "ack");
  return ack.received;
}

for (const protocol of ["protobuf", "json"]) {
  test(`${protocol}: comes back with its token, sends again what the server has not had, and the page sees nothing but the state`, async () => {
    const fixture = await member({}, protocol);
    const { room, key, states, errors } = fixture;
    const told = [];
    for (const kind of ["gap", "rejoined", "left"]) room.onStatus(kind, () => told.push(kind));
    const heard = [];
    room.on("say", (payload) => heard.push(payload.text()));
    fixture.socket.receive(["message", { room: key, event: "say", payload: bytes("one") }]);
    for (const n of [1, 2, 3]) room.send("say", `m${n}`);
    await settled();
    fixture.socket.take();
    const peer = fixture.client.peer;

    const [[kind, hello], ...rest] = await again(fixture);
    assert.deepEqual([kind, hello.resumable, hello.resume, hello.received, rest.length], ["hello", true, "token-1", 2, 0]);
    assert.equal(room.send("say", "m4"), true);
    fixture.socket.receive(["message", { room: key, event: "say", payload: bytes("two") }]);
    assert.deepEqual(heard, ["one", "two"], "what was missed comes before the welcome");
    await settled();
    assert.deepEqual(fixture.socket.take(), [], "nothing is sent before the welcome");
    welcomeBack(fixture, 2); // the join and m1
    assert.deepEqual(fixture.socket.take().map(([, { payload }]) => text(payload)), ["m2", "m3", "m4"]);
    assert.equal(fixture.client.peer, peer);
    assert.deepEqual(told, []);
    assert.deepEqual(errors, []);
    assert.deepEqual(states.map(([state, { resumed }]) => [state, resumed]).slice(-3), [["waiting", undefined], ["connecting", undefined], ["open", true]]);

    const [[, next]] = await again(fixture);
    assert.deepEqual([hello.attempt, next.resume, next.received, next.attempt], [1, "token-2", 3, 2]);
  });

  test(`${protocol}: where a room was renumbered, what is sent again has the new number`, async () => {
    const fixture = await member({}, protocol);
    const other = await joined(fixture, "chat/2", { number: 2, routes: protocol === "json" ? [] : [{ route: 2, room: 2, event: "say" }] });
    fixture.room.send("say", "a");
    other.send("say", "b");
    other.send("nod", "c");
    await settled();
    fixture.socket.take();
    await again(fixture);
    // The two rooms change numbers and routes.
    fixture.socket.receive(
      ["moved", { room: "chat/1", number: 2, routes: [{ route: 2, room: 2, event: "say" }] }],
      ["moved", { room: "chat/2", number: 1, routes: [{ route: 1, room: 1, event: "say" }] }],
    );
    welcomeBack(fixture, 2);
    const sent = fixture.socket.take().map(([, { route, room, payload }]) => [route ?? room, text(payload)]);
    const expected = protocol === "json" ? ["chat/1", "chat/2", "chat/2"] : [2, 1, 1];
    assert.deepEqual(sent, [[expected[0], "a"], [expected[1], "b"], [expected[2], "c"]]);
    const heard = [];
    other.on("say", (payload) => heard.push(payload.text()));
    if (protocol === "protobuf") fixture.socket.receive(["data", { route: 1, payload: bytes("x") }]);
    else fixture.socket.receive(["message", { room: "chat/2", event: "say", payload: bytes("x") }]);
    assert.deepEqual(heard, ["x"]);
  });
}

test("says what it has had a second after the first frame that it has not acknowledged", async () => {
  const fixture = await member();
  const { clock, socket, key } = fixture;
  await clock.advance(999);
  assert.deepEqual(socket.take(), []);
  await clock.advance(1);
  assert.deepEqual(socket.take(), [["ack", { received: 1 }]]); // joined
  await clock.advance(5000);
  assert.deepEqual(socket.take(), [], "nothing new, nothing said");
  socket.receive(["message", { room: key, event: "say" }], ["pong", { ref: 1 }], ["ack", { received: 1 }], ["goAway", { reconnectAfterMs: 1 }]);
  socket.receive(["error", { code: 11, text: "no" }]);
  await clock.advance(1000);
  assert.deepEqual(socket.take(), [["ack", { received: 3 }]]);
});

test("from eight frames on it is said with what is said next", async () => {
  const { clock, socket, key, room } = await member();
  await clock.advance(1000);
  socket.take();
  const message = ["message", { room: key, event: "say" }];
  const kinds = () => socket.take().map(([kind]) => kind);
  socket.receive(...Array.from({ length: 7 }, () => message));
  room.send("say", "a");
  await clock.advance(0);
  assert.deepEqual(kinds(), ["data"]);
  socket.receive(message);
  room.send("say", "b");
  await clock.advance(0);
  assert.equal(socket.sent.length, 1, "one WebSocket message");
  const [[first], acknowledgement] = socket.take();
  assert.equal(first, "data");
  assert.deepEqual(acknowledgement, ["ack", { received: 9 }]); // joined, and eight messages
  await clock.advance(5000);
  assert.deepEqual(socket.take(), [], "it is known");
});

test("says it at once after 128 frames or 64 KiB", async () => {
  const { clock, socket, key } = await member();
  await clock.advance(1000);
  socket.take();
  const message = ["message", { room: key, event: "say" }];
  socket.receive(...Array.from({ length: 127 }, () => message));
  assert.deepEqual(socket.take(), []);
  socket.receive(message);
  assert.deepEqual(socket.take(), [["ack", { received: 129 }]]);
  socket.receive(["message", { room: key, event: "say", payload: new Uint8Array(40_000) }]);
  assert.deepEqual(socket.take(), []);
  socket.receive(["message", { room: key, event: "say", payload: new Uint8Array(40_000) }]);
  assert.deepEqual(socket.take(), [["ack", { received: 131 }]]);
});

test("frames that this version does not know count", async () => {
  const { clock, socket } = await member();
  socket.receiveRaw(new Uint8Array([0x0a, 0x06, 0x00, 0x9a, 0x06, 0x02, 0x08, 0x01]));
  await clock.advance(1000);
  assert.deepEqual(socket.take(), [["ack", { received: 2 }]]);
});

test("what was missed is acknowledged as soon as it is welcomed", async () => {
  const fixture = await member();
  await again(fixture);
  fixture.socket.receive(["message", { room: 1, event: "say" }], ["message", { room: 1, event: "say" }]);
  assert.equal(welcomeBack(fixture, 1), 3);
  await fixture.clock.advance(1000);
  assert.deepEqual(fixture.socket.take(), []);
});

test("what the server has acknowledged is not kept; at the bound of what is kept send returns false", async () => {
  const { room, socket } = await member({ maxQueuedBytes: 1000 });
  const payload = new Uint8Array(300);
  assert.deepEqual([1, 2, 3, 4].map(() => room.send("say", payload)), [true, true, true, false]);
  await settled();
  assert.equal(room.send("say", payload), false, "sent, but it could be needed again");
  socket.receive(["ack", { received: 2 }]); // the join and one message
  assert.deepEqual([1, 2].map(() => room.send("say", payload)), [true, false]);
  socket.receive(["ack", { received: 99 }]);
  assert.equal(room.send("say", payload), true);
});

test("joins and leaves in flight survive, and are asked once", async () => {
  const fixture = await member();
  const joining = fixture.client.join("chat/2");
  await settled();
  const leaving = fixture.room.leave();
  await settled();
  assert.deepEqual(kinds(fixture.socket.take()), ["join", "leave"]);
  assert.deepEqual(kinds(await again(fixture)), ["hello"]);
  welcomeBack(fixture, 2); // the first join, the second
  const sent = fixture.socket.take();
  assert.deepEqual(kinds(sent), ["leave"]);
  const [[, { ref }]] = sent;
  fixture.socket.receive(["joined", { room: "chat/2", ref: ref - 1, number: 2 }], ["left", { room: 1, ref }]);
  assert.equal((await joining).name, "chat/2");
  await fixture.clock.advance(0);
  await leaving;
});

test("a leave while away is asked when the session goes on", async () => {
  const fixture = await member();
  fixture.socket.drop(1006);
  let done = false;
  const leaving = fixture.room.leave().then(() => (done = true));
  await fixture.clock.advance(125);
  fixture.socket = fixture.network.last();
  fixture.socket.open();
  fixture.socket.take();
  assert.equal(done, false);
  welcomeBack(fixture, 1);
  const [[kind, { ref }]] = fixture.socket.take();
  assert.equal(kind, "leave");
  fixture.socket.receive(["left", { room: 1, ref }]);
  await leaving;
});

test("requests survive in both directions, and can be made while away", async () => {
  const fixture = await member();
  const { room } = fixture;
  let answer;
  let signal;
  room.onRequest("ready", (payload, meta) => {
    signal = meta.signal;
    return new Promise((resolve) => (answer = resolve));
  });
  fixture.socket.receive(["request", { room: 1, event: "ready", id: 9 }]);
  const first = room.request("sum", "1");
  await settled();
  fixture.socket.drop(1006);
  const second = room.request("sum", "2");
  answer("yes");
  await fixture.clock.advance(125);
  fixture.socket = fixture.network.last();
  fixture.socket.open();
  fixture.socket.take();
  assert.equal(signal.aborted, false);
  welcomeBack(fixture, 2); // the join, the first request
  const sent = fixture.socket.take();
  assert.deepEqual(kinds(sent), ["request", "reply"]);
  fixture.socket.receive(["reply", { id: sent[0][1].id - 1, payload: bytes("one") }], ["reply", { id: sent[0][1].id, payload: bytes("two") }]);
  assert.deepEqual([(await first).text(), (await second).text()], ["one", "two"]);
});

test("what was sent to a room that is gone by then keeps its number as a frame that does nothing", async () => {
  const fixture = await member();
  fixture.room.send("say", "a");
  fixture.room.send("say", "b");
  await settled();
  await again(fixture);
  fixture.socket.receive(["left", { room: 1, ref: 0, reason: "moderated" }]);
  welcomeBack(fixture, 2);
  assert.deepEqual(fixture.socket.take(), [["cancel", { id: 0 }]]);
});

test("what is too large for the next node keeps its number too, and is told", async () => {
  const fixture = await member();
  fixture.room.send("say", "a".repeat(500));
  fixture.room.send("say", "b");
  await settled();
  await again(fixture);
  welcomeBack(fixture, 1, { limits: { maxMessageBytes: 200, maxRooms: 9 } });
  assert.deepEqual(fixture.socket.take().map(([kind, { payload }]) => payload ? text(payload) : kind), ["cancel", "b"]);
  assert.match(fixture.errors[0].message, /over the limit of 200/);
  // Even if that is lost, and the node after it would take it.
  await again(fixture);
  welcomeBack(fixture, 1);
  assert.deepEqual(fixture.socket.take().map(([kind, { payload }]) => payload ? text(payload) : kind), ["cancel", "b"]);
});

test("a welcome that is lost changes nothing: what was handled before it counts", async () => {
  const fixture = await member();
  fixture.room.send("say", "a");
  await settled();
  await again(fixture);
  fixture.socket.receive(["message", { room: 1, event: "say" }]);
  const [[, hello]] = await again(fixture);
  assert.deepEqual([hello.resume, hello.received], ["token-1", 2]);
  welcomeBack(fixture, 1);
  assert.equal(text(fixture.socket.take()[0][1].payload), "a");
});

test("a session that is lost is told as before: rooms are entered again, requests end, what was never sent goes", async () => {
  const fixture = await member();
  const { room, clock } = fixture;
  const told = [];
  room.onStatus("rejoined", () => told.push("rejoined"));
  const asked = room.request("sum").catch((error) => error.code);
  room.send("say", "handed to the old connection");
  await settled();
  fixture.socket.drop(1006);
  room.send("say", "kept");
  await clock.advance(125);
  fixture.socket = await welcomed(fixture.network, { ...RESUMABLE, peer: "peer-2", resume: "token-2" });
  const sent = fixture.socket.take();
  assert.deepEqual(kinds(sent), ["hello", "join"]);
  assert.equal(await asked, 12);
  assert.equal(fixture.client.peer, "peer-2");
  fixture.socket.receive(["joined", { room: "chat/1", ref: sent[1][1].ref, number: 4 }]);
  assert.deepEqual(told, ["rejoined"]);
  assert.deepEqual(fixture.socket.take().map(([, { payload }]) => text(payload)), ["kept"]);
  const [[, hello]] = await again(fixture);
  assert.deepEqual([hello.resume, hello.received, hello.attempt], ["token-2", 1, 1], "the numbers began anew");
});

test("a server that gives no token keeps nothing and gets no acknowledgements", async () => {
  const fixture = await connected(connect, { maxQueuedBytes: 1000 });
  const room = await joined(fixture, "chat/1");
  for (let i = 0; i < 50; i++) {
    assert.equal(room.send("say", new Uint8Array(500)), true);
    await settled();
  }
  await fixture.clock.advance(5000);
  assert.ok(!kinds(fixture.socket.take()).includes("ack"));
  const [[, hello]] = await again({ ...fixture });
  assert.deepEqual([hello.resumable, hello.resume, hello.received, hello.attempt], [true, "", 0, 0]);
});

test("resumed elsewhere ends this client", async () => {
  const { client, clock, network, socket, states } = await member();
  socket.drop(4007, "resumed elsewhere");
  assert.deepEqual(states.at(-1), ["closed", { code: 4007, reason: "resumed elsewhere" }]);
  await clock.advance(100_000);
  assert.equal(network.sockets.length, 1);
  assert.equal(clock.pendingTimers, 0);
  assert.equal(client.state, "closed");
});

test("after a message that cannot be read it asks for no more of that session", async () => {
  const fixture = await member();
  fixture.socket.receiveRaw(new Uint8Array([0x0a, 0x05, 0x00]));
  await fixture.clock.advance(125);
  fixture.network.last().open();
  assert.equal(fixture.network.last().take()[0][1].resume, "");
});

test("tries often while the session is kept, and at leisure afterwards", async () => {
  const fixture = await member({ random: () => 1 });
  const { clock, network, states } = fixture;
  const delays = [];
  for (let i = 0; i < 22; i++) {
    network.last().drop(1006);
    delays.push(states.at(-1)[1].delay);
    await clock.advance(delays.at(-1));
  }
  assert.deepEqual(delays.slice(0, 8), [125, 250, 500, 1000, 2000, 4000, 4000, 4000]);
  const inWindow = delays.findIndex((delay) => delay > 4000);
  assert.ok(Math.abs(delays.slice(0, inWindow).reduce((sum, delay) => sum + delay) - 60_000) <= 4000, `${inWindow} attempts in the window`);
  assert.equal(delays.at(-1), 30_000);
});

test("close() stops the timer of acknowledgements too", async () => {
  const { client, clock, socket } = await member();
  socket.receive(["message", { room: 1, event: "say" }]);
  client.close();
  assert.equal(clock.pendingTimers, 0);
});

// -- at random

const ROOMS = ["r/0", "r/1", "r/2"];
const LEFT_NOW_AND_THEN = "r/2";

/** Sends in both directions while the connection is cut again and again; returns what happened. */
async function survive(protocol, seed, turns) {
  const random = seeded(seed);
  const clock = new FakeClock();
  const cluster = new FakeCluster(clock, random);
  // The waits of a client that is cut off this often, made short.
  const options = { protocol, clock, random: () => random() * 0.02, WebSocket: cluster.WebSocket };
  const client = connect("wss://example.org/roomcast", options);
  const disturbed = [];
  const states = [];
  for (const kind of ["error", "joined", "message"]) client.on(kind, (what) => disturbed.push([kind, String(what)]));
  client.on("state", (state, { resumed }) => states.push(resumed ? "resumed" : state));
  const rooms = new Map();
  const heard = [];
  const answers = [];
  const said = { client: [], server: [] };
  let count = 0;
  const joining = new Set();
  const enter = async (name) => {
    joining.add(name);
    const room = await client.join(name);
    room.on("*", (payload, { event }) => heard.push([name, event, payload.text()]));
    for (const kind of ["gap", "rejoined", "left"]) room.onStatus(kind, () => disturbed.push([name, kind]));
    rooms.set(name, room);
    joining.delete(name);
  };
  for (const name of ROOMS) enter(name);
  for (let turn = 0; turn < turns; turn++) {
    await clock.advance(random.below(15));
    const name = ROOMS[random.below(3)];
    const room = rooms.get(name);
    const dice = random();
    if (dice < 0.03) cluster.cut();
    else if (dice < (cluster.unreachable ? 0.06 : 0.033)) cluster.unreachable = !cluster.unreachable;
    else if (dice < 0.08 && room && name === LEFT_NOW_AND_THEN) {
      rooms.delete(name);
      room.leave().then(() => enter(name));
    } else if (dice < 0.12 && room) {
      const body = `request ${++count}`;
      said.client.push([name, "sum", body]);
      answers.push(room.request("sum", body, { timeout: 600_000 }).then((answer) => assert.equal(answer.text(), body)));
    } else if (dice < 0.55 && room) {
      for (let n = random.below(4); n >= 0; n--) {
        const event = random() < 0.7 ? "say" : "nod";
        const body = `client ${++count}`;
        if (room.send(event, body, random() < 0.2 ? { to: "someone" } : {})) said.client.push([name, event, body]);
      }
    } else if (cluster.session) {
      const event = random() < 0.7 ? "say" : "nod";
      const body = `server ${++count}`;
      if (rooms.has(name) && cluster.say(name, event, body, protocol === "json")) said.server.push([name, event, body]);
    }
  }
  cluster.unreachable = false;
  for (let i = 0; i < 100 && (cluster.heard.length < said.client.length || joining.size || !cluster.connected); i++) await clock.advance(500);
  await clock.advance(5000);
  await Promise.all(answers);
  client.close();
  return { cluster, disturbed, states, heard, said };
}

for (const protocol of ["protobuf", "json"]) {
  test(`${protocol}: over connections cut at random every frame arrives exactly once, in order, in both directions`, async (t) => {
    const first = Number(process.env.ROOMCAST_SEED ?? Date.now() % 1e9);
    let cuts = 0;
    let resumes = 0;
    for (let seed = first; seed < first + 10; seed++) {
      const { cluster, disturbed, states, heard, said } = await survive(protocol, seed, 1500);
      assert.deepEqual(disturbed, [], `the page was told, seed ${seed}`);
      assert.deepEqual(cluster.heard, said.client, `what the server heard, seed ${seed}`);
      // What comes while its room is being left is nobody's to hear.
      const listened = new Set(heard.map(([, , body]) => body));
      assert.deepEqual(heard, said.server.filter(([name, , body]) => name !== LEFT_NOW_AND_THEN || listened.has(body)), `the order in the client, seed ${seed}`);
      assert.equal(listened.size, heard.length, `nothing twice, seed ${seed}`);
      assert.equal(cluster.refused, 0, `a session was lost, seed ${seed}`);
      assert.equal(states.filter((state) => state === "open").length, 1, `seed ${seed}`);
      assert.ok(cluster.acksHeard > 0);
      cuts += cluster.cuts;
      resumes += cluster.resumes;
    }
    t.diagnostic(`seeds ${first} to ${first + 9}: ${cuts} cuts, ${resumes} resumes`);
    assert.ok(resumes > 200, `${resumes} resumes, seed ${first}`);
  });
}
