// The frames of docs/protocol/vectors.json, which the Java tests read too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { protobufWire } from "../../main/js/wire.js";
import { hex, jsonWire, unhex } from "./fakes.js";

const vectors = JSON.parse(readFileSync(new URL("../../../../docs/protocol/vectors.json", import.meta.url), "utf8"));
const wellFormed = vectors.filter((vector) => vector.from);
const malformed = vectors.flatMap((vector) => vector.malformed ?? (vector.error === undefined ? [] : [vector]));

// The vectors call room number 1 chat/1, and their routes are those of the one named "joined".
const NAMES = { 1: "chat/1" };
// What no sender of ours writes: only readers must cope.
const READERS_ONLY =
  /^(empty lines|json escapes|base64 of text|unknown |server frame|fields in another|known number|last |pieces |varint longer|empty frame|from is)/;
// Bounds that the server keeps and a client has no reason to: sizes of what clients send, numbers over 31 bits.
const SERVERS_ONLY = /too long$|2\^31|over 32 bits/;

const decodeProtobuf = (digits) => protobufWire.decode(unhex(digits).slice().buffer);

/** Frames without what differs by design: numbers and routes in protobuf, names in JSON. */
function comparable(frames) {
  return frames.map((frame) => {
    const [kind, { number, routes, text, base64, ...body }] = frame;
    for (const name of ["payload", "snapshot"]) if (body[name]) body[name] = hex(body[name]);
    body.entries = body.entries?.map(({ text: _, base64: __, ...entry }) => ({ ...entry, payload: hex(entry.payload) }));
    if (typeof body.room === "number") body.room = NAMES[body.room] ?? (body.room || "");
    if (!body.room) delete body.room;
    return [kind, body];
  });
}

test("the shared vectors are there", () => {
  assert.ok(wellFormed.length > 50, `${wellFormed.length} well-formed vectors`);
  assert.ok(malformed.length > 20, `${malformed.length} malformed vectors`);
});

for (const vector of wellFormed.filter(({ from }) => from === "client")) {
  if (READERS_ONLY.test(vector.name)) continue;
  test(`writes: ${vector.name}`, () => {
    if (vector.protobuf !== undefined) {
      const units = decodeProtobuf(vector.protobuf).map((frame) => {
        const [kind, body] = frame;
        return kind === "data" ? protobufWire.data(body.route, body.payload) : protobufWire.encode(kind, body);
      });
      assert.equal(hex(protobufWire.join(units)), vector.protobuf);
    }
    if (vector.json !== undefined) {
      const units = jsonWire.decode(vector.json).map((frame) => jsonWire.encode(...frame));
      assert.equal(jsonWire.join(units).trimEnd(), vector.json.trimEnd()); // the last newline may be missing
    }
  });
}

for (const vector of wellFormed.filter(({ from }) => from === "server")) {
  test(`reads: ${vector.name}`, () => {
    const protobuf = vector.protobuf === undefined ? undefined : decodeProtobuf(vector.protobuf);
    const json = vector.json === undefined ? undefined : jsonWire.decode(vector.json);
    if (/^unknown frame/.test(vector.name)) {
      assert.equal(protobuf.every(([kind]) => kind === undefined), true);
      return;
    }
    if (/^unknown fields/.test(vector.name)) {
      assert.equal(protobuf[0][1].ref, 5);
      assert.equal(json[0][1].ref, 5);
      return;
    }
    for (const frame of protobuf ?? []) {
      const [kind, body] = frame;
      // What the server wrote is what we would have written.
      if (protobuf.length === 1) {
        const unit = kind === "data" ? protobufWire.data(body.route, body.payload) : protobufWire.encode(kind, body);
        assert.equal(hex(unit), vector.protobuf);
      }
    }
    // JSON has no routes, and spells out what comes on them.
    if (protobuf && json && !protobuf.some(([kind]) => kind === "data")) {
      assert.deepEqual(comparable(protobuf), comparable(json));
    }
  });
}

for (const vector of malformed) {
  if (vector.protobuf !== undefined && !SERVERS_ONLY.test(vector.name)) {
    test(`refuses: ${vector.name}`, () => assert.throws(() => decodeProtobuf(vector.protobuf)));
  }
  if (/^(not JSON|cut off|body is null|single quotes|comment|trailing comma|NaN|byte order mark)$/.test(vector.name)) {
    test(`refuses: ${vector.name}`, () => assert.throws(() => jsonWire.decode(vector.json)));
  }
}

test("a half surrogate in a name is not sent as one", () => {
  assert.equal(jsonWire.join([jsonWire.encode("join", { room: "a\ud83d" })]), '{"join":{"room":"a\ufffd"}}\n');
});
