// Replays recorded sessions of real browsers through two clients on a fake clock: what arrives is what was sent.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { connect } from "../../main/resources/META-INF/resources/roomcast/client.js";
import { bytes, connected, joined, settled } from "./fakes.js";

const DATA = new URL("../data/webrtc/", import.meta.url);
const SENT = new Set(["offer", "answer", "candidate", "end-of-candidates"]);
// What the default window (idle gap 5 ms, at most 25 ms) saves, as shares of the messages that an application would send: of
// the candidates, which is what it may hold; of everything in the sessions with several interfaces, where candidates abound;
// of everything in all sessions, in half of which there are hardly more candidates than descriptions.
const REQUIRED = { candidates: 0.55, "trace-multi.jsonl": 0.55, all: 0.48 };

const sessions = new Map();
for (const file of readdirSync(DATA).filter((name) => /^trace-.*\.jsonl$/.test(name))) {
  for (const line of readFileSync(new URL(file, DATA), "utf8").split("\n").filter(Boolean)) {
    const event = JSON.parse(line);
    if (event.type === "session") sessions.set(event.s, Object.assign([], { file }));
    else if (SENT.has(event.type)) sessions.get(event.s).push(event);
  }
}

const signalOf = ({ type, payload }) => (payload.sdp !== undefined ? { description: { type, sdp: payload.sdp } } : { candidate: payload.candidate });

/** One client a peer of the session; a relay hands every signal to its addressee. */
async function replay(events, protocol, settings) {
  const peers = new Map();
  const received = new Map(); // "from>to" to what arrived there, in order
  const counts = { messages: 0, payloadBytes: 0 };
  for (const name of new Set(events.flatMap(({ from, to }) => [from, to]))) {
    const fixture = await connected(connect, { protocol });
    fixture.room = await joined(fixture, "tracker/demo");
    fixture.signals = fixture.room.signalling(settings);
    fixture.signals.on((from, signal) => {
      const pair = `${from}>${name}`;
      received.set(pair, [...(received.get(pair) ?? []), signal]);
    });
    peers.set(name, fixture);
  }
  const relay = () => {
    for (const [name, { socket }] of peers) {
      for (const [, { to, event, payload }] of socket.take()) {
        counts.messages++;
        counts.payloadBytes += payload.length;
        const target = peers.get(to).socket;
        target.receive(["message", { room: protocol === "json" ? "tracker/demo" : 1, event, from: name, payload }]);
      }
    }
  };
  let now = 0;
  for (const event of events) {
    for (const { clock } of peers.values()) await clock.advance(Math.max(0, event.t - now));
    now = Math.max(now, event.t);
    relay();
    peers.get(event.from).signals.send(event.to, signalOf(event));
  }
  for (const { clock } of peers.values()) await clock.advance(1000);
  await settled();
  relay();
  const stats = [...peers.values()].map(({ signals }) => signals.stats());
  for (const { client } of peers.values()) client.close();
  return { received, counts, stats };
}

const percent = (part) => `${(100 * part).toFixed(1)} %`;

for (const protocol of ["protobuf", "json"]) {
  test(`${protocol}: all recorded sessions arrive byte for byte, exactly once, in order, in less than half of the messages`, async (t) => {
    assert.ok(sessions.size >= 29, `${sessions.size} sessions`);
    const sent = { all: 0, candidates: 0 };
    const left = { all: 0, candidates: 0 };
    const add = (counts, name, count) => (counts[name] = (counts[name] ?? 0) + count);
    let payloadBytes = 0;
    let delaySum = 0;
    let delayMax = 0;
    for (const [name, events] of sessions) {
      const { received, counts, stats } = await replay(events, protocol, undefined);
      for (const pair of new Set(events.map(({ from, to }) => `${from}>${to}`))) {
        const expected = events.filter(({ from, to }) => `${from}>${to}` === pair).map(signalOf);
        assert.deepEqual(received.get(pair), expected, `${name} ${pair}`);
      }
      const descriptions = events.filter(({ payload }) => payload.sdp !== undefined).length;
      for (const [total, count] of [[sent, events.length], [left, counts.messages]]) {
        add(total, "all", count);
        add(total, events.file, count);
        add(total, "candidates", count - descriptions);
      }
      payloadBytes += counts.payloadBytes;
      for (const one of stats) {
        assert.equal(one.lost, 0);
        delaySum += one.delaySum;
        delayMax = Math.max(delayMax, one.delayMax);
      }
    }
    const every = [...sessions.values()].flat().map(({ payload }) => payload);
    const sdpBytes = every.reduce((sum, { sdp }) => sum + bytes(sdp ?? "").length, 0);
    const asJson = every.reduce((sum, payload) => sum + (payload.sdp ? 0 : bytes(JSON.stringify(payload)).length), 0);
    for (const name of Object.keys(sent)) {
      t.diagnostic(`${name}: ${sent[name]} messages become ${left[name]}, ${percent(1 - left[name] / sent[name])} fewer`);
    }
    t.diagnostic(`candidates: ${asJson} B as the JSON of the recorded application, ${payloadBytes - sdpBytes} B as sent, with all but the SDP of the descriptions`);
    t.diagnostic(`held ${(delaySum / sent.candidates).toFixed(1)} ms on average, ${delayMax.toFixed(1)} ms at most`);
    for (const [name, share] of Object.entries(REQUIRED)) {
      assert.ok(1 - left[name] / sent[name] >= share, `${name}: ${percent(1 - left[name] / sent[name])} fewer, at least ${percent(share)} expected`);
    }
    assert.ok(delayMax <= 25);
  });
}

test("the preset for loaded trackers saves more messages still", async (t) => {
  let items = 0;
  let messages = 0;
  for (const events of sessions.values()) {
    const { counts } = await replay(events, "protobuf", { preset: "tracker" });
    items += events.length;
    messages += counts.messages;
  }
  t.diagnostic(`${items} messages become ${messages} (${percent(1 - messages / items)} fewer)`);
  assert.ok(messages / items < 0.4);
});
