// The committed module that nodes serve: small, whole, and made of the sources beside it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { DIGESTS, SERVED, digests } from "../../../build.js";

const textOf = (name) => readFileSync(new URL(name, SERVED["client.js"].url), "utf8");
const types = textOf("client.d.ts");

for (const [name, { mostBytes }] of Object.entries(SERVED)) {
  test(`${name} is at most ${mostBytes} bytes gzipped`, (t) => {
    const served = textOf(name);
    const { length } = gzipSync(served, { level: 6 });
    t.diagnostic(`${name}: ${served.length} bytes, ${length} gzipped`);
    assert.ok(length <= mostBytes, `${length} bytes gzipped`);
  });

  // But the client loads json.js when it is asked to speak JSON.
  test(`${name} imports nothing`, () => assert.doesNotMatch(textOf(name).replace('import("./json.js")', ""), /\bimport\b/));

  if (name === "json.js") continue; // no page imports it
  test(`${name} exports what its typings declare`, async () => {
    const declared = [...textOf(name.replace(".js", ".d.ts")).matchAll(/^export (?:class|function) (\w+)/gm)].map(([, member]) => member);
    assert.deepEqual(Object.keys(await import(SERVED[name].url)).sort(), declared.sort());
  });
}

test("was built from the sources, and not changed since: else run `npm ci && npm run build`", () => {
  assert.deepEqual(JSON.parse(readFileSync(DIGESTS, "utf8")), digests());
});

test("the client has the members that the typings declare", async () => {
  const { connect } = await import(SERVED["client.js"].url);
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
  assert.equal(new URL(manifest.exports["."].default, new URL("../../../", import.meta.url)).href, SERVED["client.js"].url.href);
  for (const { types: declarations } of Object.values(manifest.exports)) readFileSync(new URL(declarations, new URL("../../../", import.meta.url)));
});
