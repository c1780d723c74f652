// What the pages say in JavaScript is JavaScript, imports what is served, and calls what there is.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SERVED } from "../../../build.js";

const ROOT = new URL("../../../../", import.meta.url);
const PAGES = ["README.md", "docs/guide.md", "docs/browser-client.md"];
const BLOCK = /^```js\n([\s\S]*?)^```|<script type="module">\n([\s\S]*?)<\/script>/gm;
const IMPORT = /^\s*import (?:\w+|\{([^}]*)\}) from "([^"]+)";$/gm;
const OBJECTS = { client: "Client", room: "Room", signals: "Signals" };

const types = readFileSync(new URL("client.d.ts", SERVED["client.js"].url), "utf8");

function membersOf(name) {
  const [, body] = new RegExp(`^export interface ${name} \\{\\n([\\s\\S]*?)^\\}`, "m").exec(types);
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, member]) => member);
}

for (const page of PAGES) {
  const blocks = [...readFileSync(new URL(page, ROOT), "utf8").matchAll(BLOCK)].map(([, js, script]) => js ?? script);
  test(`${page} has JavaScript`, () => assert.notEqual(blocks.length, 0));

  for (const code of blocks) {
    test(`${page}: ${code.trim().split("\n")[0]}`, async () => {
      // A module's code without its imports is that of an asynchronous function.
      const body = code.replace(IMPORT, "");
      assert.doesNotThrow(() => new Function(`"use strict"; return async () => {\n${body}\n};`), code);
      for (const [, names, from] of code.matchAll(IMPORT)) {
        const served = SERVED[from.replace("/roomcast/", "")];
        if (!served) {
          assert.ok(!from.startsWith("/"), `${from} is not served`);
          continue;
        }
        const exported = Object.keys(await import(served.url));
        for (const name of names.split(",")) assert.ok(exported.includes(name.trim()), `${from} exports ${exported}, not ${name}`);
      }
      for (const [, object, member] of body.matchAll(/\b(client|room|signals)\.(\w+)/g)) {
        const members = membersOf(OBJECTS[object]);
        assert.ok(members.includes(member), `${object}.${member} is not among ${members}`);
      }
    });
  }
}
