// Joins src/main/js to the one module that a node serves, and minifies it with terser: `npm ci && npm run build`.
// The result is committed, so that Maven builds without Node. Its first line carries the digests by which
// src/test/js/served-module.test.js sees that sources and result belong together.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const SOURCES = new URL("src/main/js/", import.meta.url);
export const SERVED = new URL("src/main/resources/META-INF/resources/roomcast/client.js", import.meta.url);
const MODULES = ["payload", "protobuf", "wire", "listeners", "connection", "signals", "signalling", "client"];
const PUBLIC = ["connect", "RoomcastError"];
// Properties that no application sees and no frame has: these can have shorter names.
const INTERNAL = new RegExp(
  "^(leaveDone|leaveFailed|joining|statuses|answers|onState|onWelcome|onFrame|onError|keyOf|sizeOf|timeSum" +
    "|asked|gone|face|flushAll|receive|writable)$",
);

const digest = (text) => createHash("sha256").update(text).digest("hex").slice(0, 16);
export const join = () =>
  MODULES.map((name) => readFileSync(new URL(`${name}.js`, SOURCES), "utf8"))
    .join("\n")
    .replace(/^(?:import|export \{) .*\n/gm, "")
    .replace(/^export /gm, "")
    .concat(`\nexport { ${PUBLIC.join(", ")} };\n`);
export const banner = (sources, body) =>
  `// Roomcast browser client. Apache-2.0. Built from sdk-js-client/src/main/js, sources ${digest(sources)}, body ${digest(body)}\n`;

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { minify } = await import("terser");
  const sources = join();
  const { code } = await minify(sources, {
    module: true,
    ecma: 2022,
    compress: { passes: 3, unsafe_arrows: true },
    mangle: { properties: { regex: INTERNAL } },
    format: { comments: false },
  });
  const body = `${code}\n`;
  writeFileSync(SERVED, banner(sources, body) + body);
}
