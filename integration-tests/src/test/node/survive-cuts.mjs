// Clients whose connections are cut at any byte, in either direction: node survive-cuts.mjs CLIENT_JS SUBPROTOCOL SEED CUTS PORT…
//
// Each talks to all others in a room, sends signals to its neighbour and asks the server. What must come out: everything, once, in order;
// and nobody was told anything but states. Every connection goes to one of the nodes at random.
import { strict as assert } from "node:assert";
import { connect as connectTcp, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import WebSocket from "ws";

const [clientPath, protocol, seed, wantedCuts, ...ports] = process.argv.slice(2);
const { connect } = await import(pathToFileURL(clientPath));
const CLIENTS = 4;
const LONGEST = 90_000;
const SETTLED_WITHIN = 30_000;

let state = Number(seed) | 1;
function random() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 2 ** 32;
}

// -- the network

let cutting = true;
let cuts = 0;

const proxy = createServer((client) => {
  const node = connectTcp(Number(ports[Math.floor(random() * ports.length)]), "127.0.0.1");
  client.setNoDelay(true);
  node.setNoDelay(true);
  for (const [from, to] of [[client, node], [node, client]]) {
    // Now and then a connection breaks while it is being greeted.
    let left = Math.floor(random() * (random() < 0.1 ? 600 : 30_000));
    from.on("data", (chunk) => {
      left -= chunk.length;
      if (left >= 0 || !cutting) return to.write(chunk);
      to.write(chunk.subarray(0, chunk.length + left));
      cuts++;
      // What was written goes out before the other side is cut off.
      to.end();
      from.destroy();
    });
    from.on("error", () => {});
    from.on("close", () => to.destroy());
  }
});
await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
const url = `ws://127.0.0.1:${proxy.address().port}/roomcast`;

class PageSocket extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { origin: `http://${new URL(address).host}` });
  }
}

// -- those who talk

const talkers = [];
for (let i = 0; i < CLIENTS; i++) {
  // The waits of a client that is cut off this often, made short.
  const client = connect(url, { protocol, WebSocket: PageSocket, random: () => random() * 0.05 });
  const talker = { client, said: 0, heard: new Map(), signalled: 0, signals: [], asked: 0, answered: 0, presence: [], told: [], resumed: 0 };
  for (const kind of ["error", "message", "joined", "goaway"]) client.on(kind, (what) => talker.told.push(`${kind}: ${what?.message ?? what}`));
  client.on("state", (_, { resumed }) => {
    if (resumed === false) talker.told.push("a new session");
    if (resumed) talker.resumed++;
  });
  talker.room = await client.join("talk/1");
  // A session that was lost before there was anything in it does not count.
  talker.told = [];
  talker.resumed = 0;
  for (const kind of ["gap", "rejoined", "left"]) talker.room.onStatus(kind, () => talker.told.push(kind));
  talker.room.on("say", (payload, { from }) => talker.heard.set(from, [...(talker.heard.get(from) ?? []), Number(payload.text())]));
  talker.room.on("presence", (payload) => talker.presence.push(payload.text()));
  talker.ice = talker.room.signalling();
  // The room may hand signals to everybody.
  talker.ice.on((from, { candidate }) => from === talkers.at(i - 1).client.peer && talker.signals.push(Number(candidate.sdpMLineIndex)));
  talkers.push(talker);
}

const start = performance.now();
while (cuts < Number(wantedCuts)) {
  assert.ok(performance.now() - start < LONGEST, `${cuts} cuts in ${LONGEST} ms, seed ${seed}`);
  await sleep(Math.floor(random() * 12));
  const index = Math.floor(random() * CLIENTS);
  const talker = talkers[index];
  const dice = random();
  if (dice < 0.75) {
    for (let n = Math.floor(random() * 4); n >= 0; n--) if (talker.room.send("say", String(talker.said + 1))) talker.said++;
  } else if (dice < 0.9) {
    const neighbour = talkers[(index + 1) % CLIENTS];
    talker.ice.send(neighbour.client.peer, { candidate: { candidate: "candidate:1 1 udp 1 10.0.0.1 1 typ host", sdpMid: "0", sdpMLineIndex: ++talker.signalled } });
  } else {
    const question = String(++talker.asked);
    talker.room.request("echo", question, { timeout: 120_000 }).then(
      (answer) => answer.text() === question && talker.answered++,
      (error) => talker.told.push(`request ${question}: ${error.message}`),
    );
  }
}
cutting = false;

const upTo = (last) => Array.from({ length: last }, (_, index) => index + 1);
const settled = () =>
  talkers.every((talker, index) =>
    talker.asked === talker.answered &&
    talkers[(index + 1) % CLIENTS].signals.length >= talker.signalled &&
    talkers.every(({ client, said }) => (talker.heard.get(client.peer)?.length ?? 0) >= said));
for (const end = performance.now() + SETTLED_WITHIN; !settled() && performance.now() < end; ) await sleep(50);

talkers.forEach((talker, index) => {
  const who = `talker ${index} of ${CLIENTS}, seed ${seed}`;
  assert.deepEqual(talker.told, [], `${who} was told`);
  const later = talkers.slice(index + 1).map(({ client }) => `joined ${client.peer}`);
  assert.deepEqual(talker.presence, later, `whom ${who} saw come and go`);
  assert.equal(talker.answered, talker.asked, `${who}: answers`);
  for (const other of talkers) {
    assert.deepEqual(talker.heard.get(other.client.peer) ?? [], upTo(other.said), `what ${who} heard of talker ${talkers.indexOf(other)}`);
  }
  assert.deepEqual(talkers[(index + 1) % CLIENTS].signals, upTo(talker.signalled), `signals of ${who}`);
});
const sum = (count) => talkers.reduce((total, talker) => total + count(talker), 0);
console.log(
  `${protocol}: ${cuts} cuts, ${sum(({ resumed }) => resumed)} resumes in ${Math.round((performance.now() - start) / 1000)} s; ` +
    `${sum(({ said }) => said)} messages to each of ${CLIENTS}, ${sum(({ signalled }) => signalled)} signals, ${sum(({ asked }) => asked)} requests: each once and in order`,
);
for (const { client } of talkers) client.close();
proxy.close();
process.exit(0);
