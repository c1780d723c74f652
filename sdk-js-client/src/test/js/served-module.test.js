// The committed module that nodes serve: small, whole, and made of the sources beside it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { DIGESTS, SERVED, digests, join } from "../../../build.js";

const MOST_BYTES = 8 * 1024;
const served = readFileSync(SERVED, "utf8");
const types = readFileSync(new URL("client.d.ts", SERVED), "utf8");

test("is at most 8 KB gzipped", (t) => {
  const { length } = gzipSync(served, { level: 6 });
  t.diagnostic(`${served.length} bytes, ${length} gzipped`);
  assert.ok(length <= MOST_BYTES, `${length} bytes gzipped`);
});

test("was built from the sources, and not changed since: else run `npm ci && npm run build`", () => {
  assert.deepEqual(JSON.parse(readFileSync(DIGESTS, "utf8")), digests(join(), served));
});

test("imports nothing", () => {
  assert.doesNotMatch(served, /\bimport\b/);
});

test("exports what the typings declare", async () => {
  const declared = [...types.matchAll(/^export (?:class|function) (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(Object.keys(await import(SERVED)).sort(), declared.sort());
});

test("the client has the members that the typings declare", async () => {
  const { connect } = await import(SERVED);
  const { connected, joined } = await import("./fakes.js");
  const fixture = await connected(connect);
  const room = await joined(fixture, "chat/1");
  const objects = { Client: fixture.client, Room: room, Signals: room.signalling(), SignallingStats: room.signalling().stats(), Payload: room.snapshot };
  for (const [name, object] of Object.entries(objects)) {
    const [, body] = new RegExp(`^export interface ${name} \\{\\n([\\s\\S]*?)^\\}`, "m").exec(types);
    const members = new Set([...body.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, member]) => member));
    const actual = new Set([...Object.keys(object), ...Object.getOwnPropertyNames(Object.getPrototypeOf(object))]);
    for (const builtIn of Object.getOwnPropertyNames(Object.prototype)) actual.delete(builtIn);
    assert.deepEqual([...actual].sort(), [...members].sort(), name);
  }
  fixture.client.close();
});

test("the npm package points to the served module, has no dependencies and says what it is licensed under", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
  assert.equal(manifest.name, "roomcast-js-client");
  assert.equal(manifest.type, "module");
  assert.equal(manifest.license, "Apache-2.0");
  assert.equal(manifest.dependencies, undefined);
  assert.equal(new URL(manifest.exports["."].default, new URL("../../../", import.meta.url)).href, SERVED.href);
  readFileSync(new URL(manifest.exports["."].types, new URL("../../../", import.meta.url)));
});
