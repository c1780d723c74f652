// Plays recorded signalling sessions through nodes: node replay-signalling.mjs CLIENT_JS TRACES SUBPROTOCOL URL…
//
// Each endpoint of a session is a client of its own; the first goes to the first node, the next to the next. Events are sent at
// the instants at which a browser made them. What must come out: for each pair everything that was sent, byte for byte, once,
// in order, with descriptions and candidates in one sequence.
import { strict as assert } from "node:assert";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import WebSocket from "ws";

const [clientPath, traces, protocol, ...urls] = process.argv.slice(2);
const { connect } = await import(pathToFileURL(clientPath));
const DEADLINE = 20_000;

/** A browser sends its Origin by itself. */
class PageSocket extends WebSocket {
  constructor(url, protocols) {
    super(url, protocols, { origin: `http://${new URL(url).host}` });
  }
}

const sessions = new Map();
for (const file of readdirSync(traces).filter((name) => /^trace-.*\.jsonl$/.test(name)).sort()) {
  for (const line of readFileSync(join(traces, file), "utf8").split("\n").filter(Boolean)) {
    const event = JSON.parse(line);
    if (event.type === "session") sessions.set(event.s, []);
    else if (event.type !== "state") sessions.get(event.s).push(event);
  }
}

const signalOf = ({ type, payload }) =>
  payload.sdp !== undefined ? { description: { type, sdp: payload.sdp } } : { candidate: payload.candidate };

async function play(name, events) {
  const start = performance.now();
  const arrived = new Map(); // "from>to": what came, in order
  const ends = new Map();
  const names = new Map(); // by peer id
  let next = 0;
  for (const end of new Set(events.flatMap(({ from, to }) => [from, to]))) {
    const client = connect(urls[next++ % urls.length], { protocol, WebSocket: PageSocket });
    client.on("error", (error) => assert.fail(`${name} ${end}: ${error.message}`));
    const room = await client.join(`session/${name}`);
    names.set(client.peer, end);
    const signals = room.signalling();
    signals.on((from, signal) => {
      const pair = `${names.get(from)}>${end}`;
      arrived.set(pair, [...(arrived.get(pair) ?? []), signal]);
    });
    ends.set(end, { client, signals });
  }
  const zero = performance.now();
  for (const event of events) {
    const wait = event.t - (performance.now() - zero);
    if (wait > 0.5) await sleep(wait);
    ends.get(event.from).signals.send(ends.get(event.to).client.peer, signalOf(event));
  }
  const count = () => [...arrived.values()].reduce((sum, list) => sum + list.length, 0);
  while (count() < events.length && performance.now() - zero < DEADLINE) await sleep(10);
  await sleep(100); // a double would come now
  for (const pair of new Set(events.map(({ from, to }) => `${from}>${to}`))) {
    const expected = events.filter(({ from, to }) => `${from}>${to}` === pair).map(signalOf);
    assert.deepEqual(arrived.get(pair), expected, `session ${name}, ${pair}`);
  }
  assert.equal(count(), events.length, `session ${name}`);
  const stats = [...ends.values()].map(({ signals }) => signals.stats());
  for (const { client } of ends.values()) client.close();
  const descriptions = events.filter(({ payload }) => payload.sdp !== undefined).length;
  return {
    events: events.length,
    descriptions,
    messages: stats.reduce((sum, { messages }) => sum + messages, 0),
    took: performance.now() - start,
  };
}

const results = await Promise.all([...sessions].map(([name, events]) => play(name, events)));
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
const [events, descriptions, messages] = [sum("events"), sum("descriptions"), sum("messages")];
const fewer = (before, after) => `${before} become ${after}, ${(100 * (1 - after / before)).toFixed(1)} % fewer`;
console.log(`${protocol}: ${sessions.size} sessions over ${urls.length} nodes, ${events} signals, each once and in order`);
console.log(`messages with candidates: ${fewer(events - descriptions, messages - descriptions)}`);
console.log(`all messages: ${fewer(events, messages)}`);
assert.ok(sessions.size >= 29, `${sessions.size} sessions, at least 29 expected`);
// Descriptions are never held or merged. On a busy machine timers are late, which only merges more.
assert.ok((messages - descriptions) / (events - descriptions) <= 0.45, "candidate messages fall by at least 55 %");
process.exit(0);
