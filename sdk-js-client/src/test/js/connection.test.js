import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { connect } from "../../main/resources/META-INF/resources/roomcast/client.js";
import { WELCOME, bytes, connected, fakeNetwork, settled, start, welcomed } from "./fakes.js";

test("says hello with the token as soon as the socket is open, and is open when welcomed", async () => {
  const { client, network, states } = start(connect, { token: "secret" });
  assert.equal(client.state, "connecting");
  await settled();
  const socket = network.last();
  assert.deepEqual(socket.protocols, ["roomcast.v1.protobuf"]);
  assert.equal(socket.binaryType, "arraybuffer");
  socket.open();
  const [[kind, hello]] = socket.take();
  assert.equal(kind, "hello");
  assert.equal(hello.token, "secret");
  assert.match(hello.agent, /^roomcast-js\//);
  socket.receive(["welcome", { peer: "me", node: "n1", limits: { maxMessageBytes: 1000, maxRooms: 3 } }]);
  assert.equal(client.peer, "me");
  assert.equal(client.node, "n1");
  assert.deepEqual(states.map(([state]) => state), ["open"]);
});

test("speaks JSON when asked to", async () => {
  const { network } = start(connect, { protocol: "json", token: "t" });
  await settled();
  const socket = network.last();
  assert.deepEqual(socket.protocols, ["roomcast.v1.json"]);
  socket.open();
  assert.deepEqual(socket.sent, ['{"hello":{"agent":"roomcast-js/0.1","token":"t","resumable":true}}\n']);
});

test("a token function that has none says nothing", async () => {
  for (const nothing of [null, undefined, ""]) {
    const { network } = start(connect, { token: () => nothing });
    await settled();
    network.last().open();
    assert.equal(network.last().take()[0][1].token, "");
  }
});

test("asks a token function before every connection", async () => {
  let calls = 0;
  const { network, clock } = start(connect, { token: async () => `token-${++calls}` });
  await settled();
  network.last().open();
  assert.equal(network.last().take()[0][1].token, "token-1");
  network.last().drop(1006);
  await clock.advance(500);
  network.last().open();
  assert.equal(network.last().take()[0][1].token, "token-2");
});

test("a token function that fails is told, and tried again later", async () => {
  let calls = 0;
  const { network, clock, errors, states } = start(connect, {
    token: () => {
      if (++calls === 1) throw new Error("no session");
      return "t";
    },
  });
  await settled();
  assert.equal(network.sockets.length, 0);
  assert.equal(errors[0].message, "no session");
  assert.equal(states.at(-1)[0], "waiting");
  await clock.advance(250);
  assert.equal(network.sockets.length, 1);
});

test("a token that never comes does not hold the client for ever", async () => {
  const { clock, states } = start(connect, { token: () => new Promise(() => {}) });
  await clock.advance(20_000);
  assert.deepEqual(states.at(-1), ["waiting", { code: 4005, reason: "no welcome in time", delay: 62.5 }]);
});

test("what a given-up attempt still brings is ignored", async () => {
  const { client, clock, network } = start(connect);
  await settled();
  const first = network.last();
  const { onmessage } = first;
  await clock.advance(20_000 + 250);
  assert.equal(network.sockets.length, 2);
  assert.equal(first.onmessage, null);
  assert.equal(first.closedWith, 4005);
  assert.equal(typeof onmessage, "function");
  await welcomed(network);
  first.drop(1006);
  assert.equal(client.state, "open");
});

test("backs off exponentially with full jitter, up to 30 s", async () => {
  const draws = [0, 0.5, 0.999];
  const { clock, network, states } = start(connect, { random: () => draws.shift() ?? 1 });
  for (const expected of [0.5 * 125, 0.999 * 250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    await settled();
    network.last().drop(1006);
    const [state, { delay }] = states.at(-1);
    assert.equal(state, "waiting");
    assert.ok(Math.abs(delay - expected) < 1e-6, `waits ${delay}, expected ${expected}`);
    const before = network.sockets.length;
    await clock.advance(expected - 1);
    assert.equal(network.sockets.length, before);
    await clock.advance(1);
    assert.equal(network.sockets.length, before + 1);
  }
});

test("the pages say the delays that it has", () => {
  const page = (name) => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8").replace(/\s+/g, " ");
  assert.match(page("protocol.md"), /between 0 and `min\(30 s, 0\.125 s × 2ⁿ\)`/);
  assert.match(page("protocol.md"), /try more often, after at most 4 s/);
  assert.match(page("browser-client.md"), /between 0 and 125 ms, doubled with every failure up to 30 s/);
  assert.match(page("browser-client.md"), /up to 4 s as long as the server keeps the session/);
});

test("forgets its failures only after a connection that held", async () => {
  const { clock, network, states } = start(connect, { random: () => 1 });
  for (const expected of [125, 250, 500]) {
    await welcomed(network);
    network.last().drop(1011);
    assert.equal(states.at(-1)[1].delay, expected);
    await clock.advance(expected);
  }
  const socket = await welcomed(network);
  for (let second = 0; second < 30; second += 10) {
    await clock.advance(10_000);
    socket.receive(["pong", { ref: 1 }]);
  }
  socket.drop(1006);
  assert.equal(states.at(-1)[1].delay, 125);
});

for (const code of [1000, 1002, 1003, 1007, 1009, 4000, 4002]) {
  test(`does not return after close code ${code}`, async () => {
    const { client, clock, network, socket, states } = await connected(connect);
    socket.drop(code, "why");
    assert.equal(client.state, "closed");
    assert.deepEqual(states.at(-1), ["closed", { code, reason: "why" }]);
    await clock.advance(120_000);
    assert.equal(network.sockets.length, 1);
    assert.equal(clock.pendingTimers, 0);
  });
}

for (const code of [1001, 1005, 1006, 1011, 1012, 4001, 4004, 4005, 3000, 4500]) {
  test(`returns after close code ${code}`, async () => {
    const { clock, network, socket } = await connected(connect);
    socket.drop(code);
    await clock.advance(500);
    assert.equal(network.sockets.length, 2);
  });
}

for (const code of [4003, 4006]) {
  test(`returns late after close code ${code}: 30 s and a jitter of as much`, async () => {
    const { clock, network, socket, states } = await connected(connect);
    socket.drop(code);
    assert.equal(states.at(-1)[1].delay, 30_000 + 0.5 * 30_000);
    await clock.advance(44_999);
    assert.equal(network.sockets.length, 1);
    await clock.advance(1);
    assert.equal(network.sockets.length, 2);
  });
}

test("after goAway it returns, not before the server's delay, whatever the close code", async () => {
  const { client, clock, network, socket, states } = await connected(connect);
  const notices = [];
  client.on("goaway", (notice) => notices.push(notice));
  socket.receive(["goAway", { reconnectAfterMs: 4000, reason: "deploy" }]);
  assert.deepEqual(notices, [{ reconnectAfterMs: 4000, reason: "deploy" }]);
  await clock.advance(1000);
  assert.equal(client.state, "open");
  socket.drop(1000);
  assert.equal(states.at(-1)[1].delay, 3000 + 62.5);
  await clock.advance(3062);
  assert.equal(network.sockets.length, 1);
  await clock.advance(1);
  assert.equal(network.sockets.length, 2);
});

test("a server's delay beyond what timers can hold is not taken for none", async () => {
  const { clock, network, socket } = await connected(connect);
  socket.receive(["goAway", { reconnectAfterMs: 2 ** 32 - 1 }]);
  socket.drop(1001);
  await clock.advance(1_000_000);
  assert.equal(network.sockets.length, 1);
});

test("pings when nothing was heard for the ping interval, and gives up after 10 s without an answer", async () => {
  const { client, clock, network, socket, states } = await connected(connect);
  await clock.advance(24_999);
  assert.deepEqual(socket.take(), []);
  await clock.advance(1);
  assert.deepEqual(socket.take().map(([kind]) => kind), ["ping"]);
  socket.receive(["pong", { ref: 1 }]);
  await clock.advance(10_000);
  assert.equal(client.state, "open");
  await clock.advance(15_000);
  assert.deepEqual(socket.take().map(([kind]) => kind), ["ping"]);
  await clock.advance(10_000);
  assert.equal(states.at(-1)[0], "waiting");
  assert.equal(states.at(-1)[1].code, 4005);
  assert.equal(socket.closedWith, 4005);
  await clock.advance(250);
  assert.equal(network.sockets.length, 2);
});

test("does not ping while it hears something", async () => {
  const { clock, socket } = await connected(connect, {}, undefined);
  for (let i = 0; i < 10; i++) {
    await clock.advance(20_000);
    socket.receive(["message", { event: "tick", payload: bytes("x") }]);
  }
  assert.deepEqual(socket.take(), []);
});

for (const [what, data] of [
  ["bytes that are no batch", new Uint8Array([0x0a, 0x05, 0x00])],
  ["text under the protobuf subprotocol", '{"pong":{}}'],
]) {
  test(`${what}: told, and the connection is made anew`, async () => {
    const { client, clock, network, socket, errors } = await connected(connect);
    socket.receiveRaw(data);
    assert.equal(client.state, "waiting");
    assert.equal(socket.closedWith, 4000);
    assert.match(errors[0].message, /unreadable message/);
    await clock.advance(250);
    assert.equal(network.sockets.length, 2);
  });
}

for (const line of ["null", "{", '{"joined":null}']) {
  test(`the JSON line ${line}: told, and the connection is made anew`, async () => {
    const { client, socket, errors } = await connected(connect, { protocol: "json" });
    socket.receiveRaw(`${line}\n`);
    assert.equal(client.state, "waiting");
    assert.equal(errors.length, 1);
  });
}

test("frames that this version does not know are ignored", async () => {
  const { client, socket, errors } = await connected(connect);
  socket.receiveRaw(new Uint8Array([0x0a, 0x06, 0x00, 0x9a, 0x06, 0x02, 0x08, 0x01]));
  assert.equal(client.state, "open");
  assert.deepEqual(errors, []);
});

const NODES = ["wss://a.example/r", "wss://b.example/r", "wss://c.example/r"];
const urlsOf = ({ sockets }) => sockets.map(({ url }) => url[6]).join("");

/** Loses the newest connection as often as given; each time the client is back at once. */
async function lose(fixture, times, ms = 4000) {
  for (let i = 0; i < times; i++) {
    fixture.network.last().drop(1006);
    await fixture.clock.advance(ms);
  }
}

test("takes the addresses of a list in turn, in a random order of its own", async () => {
  const orders = new Map();
  let seed = 1;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  for (let client = 0; client < 600; client++) {
    const fixture = start(connect, { random }, NODES);
    await settled();
    await lose(fixture, 5);
    const urls = urlsOf(fixture.network);
    const order = urls.slice(0, 3);
    assert.equal(urls, order + order);
    orders.set(order, (orders.get(order) ?? 0) + 1);
    fixture.client.close();
  }
  assert.equal(orders.size, 6);
  for (const [order, times] of orders) assert.ok(times > 60 && times < 140, `${order}: ${times} of 600`);
});

test("goes back to the node that has the session, twice, and then to the others in turn", async () => {
  const fixture = await connected(connect, {}, NODES);
  const { clock, network } = fixture;
  await lose(fixture, 2);
  assert.equal(urlsOf(network), "abc", "on a server that does not resume no node is better than another");
  await welcomed(network, { resume: "token", resumeWindowMs: 60_000 });
  await lose(fixture, 6);
  assert.equal(urlsOf(network), "abc" + "cc" + "abca");
  // Where it is welcomed, there the session is now.
  await welcomed(network, { resume: "token", resumeWindowMs: 60_000, resumed: true });
  await lose(fixture, 3);
  assert.equal(urlsOf(network), "abc" + "cc" + "abca" + "aab");
  await clock.advance(0);
});

test("a node that does not answer holds the client for 5 s an attempt, the next for 20 s", async () => {
  const { clock, network, socket } = await connected(connect, {}, NODES);
  socket.receive(["welcome", { ...WELCOME, resume: "token", resumeWindowMs: 60_000 }]);
  socket.drop(1006);
  await clock.advance(62.5 + 5000 + 125 + 5000 + 250);
  assert.equal(urlsOf(network), "aaab");
  await clock.advance(19_999);
  assert.equal(urlsOf(network), "aaab");
  await clock.advance(1 + 500);
  assert.equal(urlsOf(network), "aaabc");
});

test("a single address has 20 s for every attempt", async () => {
  const { clock, network, socket } = await connected(connect, {}, [NODES[0]]);
  socket.receive(["welcome", { ...WELCOME, resume: "token", resumeWindowMs: 60_000 }]);
  socket.drop(1006);
  await clock.advance(62.5 + 19_999);
  assert.equal(network.sockets.length, 2);
  await clock.advance(1 + 125);
  assert.equal(network.sockets.length, 3);
});

test("does not go back to a node that goes away, nor to one that keeps the session no longer", async () => {
  for (const last of ["goAway", "time"]) {
    const { clock, network, socket } = await connected(connect, {}, NODES);
    socket.receive(["welcome", { ...WELCOME, resume: "token", resumeWindowMs: 10_000 }]);
    if (last === "goAway") {
      socket.receive(["goAway", { reconnectAfterMs: 100, reason: "deploy" }]);
      socket.drop(1001);
      await clock.advance(162.5);
    } else {
      await clock.advance(10_000);
      socket.drop(1006);
      await clock.advance(62.5);
    }
    assert.equal(urlsOf(network), "ab", last);
  }
});

test("asks a URL function before every connection", async () => {
  let calls = 0;
  const { clock, network } = start(connect, {}, async () => `https://node-${++calls}.example/r#x`);
  await settled();
  network.last().drop(1006);
  await clock.advance(250);
  assert.deepEqual(network.sockets.map(({ url }) => url), ["wss://node-1.example/r", "wss://node-2.example/r"]);
});

test("resolves a path against the page", async () => {
  globalThis.location = new URL("http://page.example:8080/watch/?v=1");
  try {
    const { network } = start(connect, {}, "/roomcast");
    await settled();
    assert.equal(network.last().url, "ws://page.example:8080/roomcast");
  } finally {
    delete globalThis.location;
  }
});

test("bad settings are refused by name and value", () => {
  const WebSocket = fakeNetwork().FakeWebSocket;
  assert.throws(() => connect("wss://x", { WebSocket, protocol: "xml" }), /protocol is xml, expected "protobuf" or "json"/);
  assert.throws(() => connect("/relative-without-a-page", { WebSocket }), TypeError);
  assert.throws(() => connect([], { WebSocket }), /url is empty/);
  assert.throws(() => connect("wss://x", { WebSocket: null }), /options.WebSocket is missing/);
});

test("a listener that throws is reported and harms nobody", async () => {
  const reported = [];
  globalThis.reportError = (error) => reported.push(error.message);
  try {
    const { client, socket } = await connected(connect);
    const heard = [];
    client.on("message", () => {
      throw new Error("mine");
    });
    client.on("message", (payload) => heard.push(payload.text()));
    socket.receive(["message", { event: "e", payload: bytes("1") }], ["message", { event: "e", payload: bytes("2") }]);
    assert.deepEqual(heard, ["1", "2"]);
    assert.deepEqual(reported, ["mine", "mine"]);
  } finally {
    delete globalThis.reportError;
  }
});

test("a listener taken off hears no more", async () => {
  const { client, socket } = await connected(connect);
  const heard = [];
  const off = client.on("message", (payload, meta) => heard.push([payload.text(), meta]));
  socket.receive(["message", { event: "e", from: "other", payload: bytes("1") }]);
  off();
  socket.receive(["message", { event: "e", payload: bytes("2") }]);
  assert.deepEqual(heard, [["1", { event: "e", from: "other", offset: undefined }]]);
  assert.throws(() => client.on("message", undefined), /listener is undefined/);
});

test("close() says goodbye, stops every timer and does not return", async () => {
  const { client, clock, network, socket, states } = await connected(connect);
  client.close();
  client.close();
  assert.equal(socket.closedWith, 1000);
  assert.deepEqual(states.filter(([state]) => state === "closed").length, 1);
  await clock.advance(100_000);
  assert.equal(network.sockets.length, 1);
  assert.equal(clock.pendingTimers, 0);
});

// -- what the page knows of the network

afterEach(() => {
  for (const name of ["addEventListener", "removeEventListener", "document"]) delete globalThis[name];
});

function page() {
  const target = new EventTarget();
  globalThis.addEventListener = target.addEventListener.bind(target);
  globalThis.removeEventListener = target.removeEventListener.bind(target);
  globalThis.document = { visibilityState: "visible" };
  return (type) => target.dispatchEvent(new Event(type));
}

for (const type of ["online", "visibilitychange"]) {
  test(`${type}: tries again soon instead of waiting out a long delay`, async () => {
    const fire = page();
    const { clock, network } = start(connect, { random: () => 0.9 });
    for (let i = 0; i < 8; i++) {
      await settled();
      network.last().drop(1006);
      if (i < 7) await clock.advance(30_000);
    }
    const before = network.sockets.length;
    fire(type);
    await clock.advance(125);
    assert.equal(network.sockets.length, before + 1);
  });
}

test("when the network is back it goes first where the session is, whatever it tried meanwhile", async () => {
  const fire = page();
  const fixture = await connected(connect, {}, NODES);
  fixture.socket.receive(["welcome", { ...WELCOME, resume: "token", resumeWindowMs: 60_000 }]);
  await lose(fixture, 3);
  assert.equal(urlsOf(fixture.network), "aaab");
  fixture.network.last().drop(1006);
  fire("online");
  await fixture.clock.advance(62.5);
  assert.equal(urlsOf(fixture.network), "aaaba");
});

test("online does not shorten what the server asked for", async () => {
  const fire = page();
  const { clock, network, socket } = await connected(connect);
  socket.receive(["goAway", { reconnectAfterMs: 9000 }]);
  socket.drop(1001);
  fire("online");
  await clock.advance(9062);
  assert.equal(network.sockets.length, 1);
  await clock.advance(1);
  assert.equal(network.sockets.length, 2);
});

test("offline and a page that comes back ask the server at once whether it is there", async () => {
  const fire = page();
  const { clock, socket, states } = await connected(connect);
  globalThis.document.visibilityState = "hidden";
  fire("visibilitychange");
  assert.deepEqual(socket.take(), []);
  globalThis.document.visibilityState = "visible";
  fire("visibilitychange");
  fire("offline");
  assert.deepEqual(socket.take().map(([kind]) => kind), ["ping"]);
  await clock.advance(10_000);
  assert.equal(states.at(-1)[1].code, 4005);
});

test("a closed client listens to the page no more", async () => {
  const fire = page();
  const { client, network } = await connected(connect);
  client.close();
  fire("online");
  await settled();
  assert.equal(network.sockets.length, 1);
});
