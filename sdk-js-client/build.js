// Joins src/main/js to the modules that a node serves, and minifies them with terser: `npm ci && npm run build`.
// The result is committed, so that Maven builds without Node, and with it the digests by which src/test/js/served-module.test.js sees that
// sources and result belong together.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const SOURCES = new URL("src/main/js/", import.meta.url);
const FOLDER = new URL("src/main/resources/META-INF/resources/roomcast/", import.meta.url);
export const DIGESTS = new URL("client.digests.json", import.meta.url);
// Properties in client.js that no application sees and no frame has: these can have shorter names.
const INTERNAL =
  "answers asked base body buffered candidates confirm count departure drain end entered entry events face flushAll " +
  "frames gone greeting handled joinDone joinFailed joining keep keptBytes key kind leaveDone leaveFailed line " +
  "listener lives lose nulls numbered onDropped onError onFrame onRead onState onWelcome one pause place places " +
  "prepare receive repeated report rest settle signals since statuses take timeSum timer ufrag varint " +
  "weight welcomed write";

/** What a node serves: of which sources, in the order that gzip likes best, with which exports, and how large it may be gzipped. */
export const SERVED = {
  "client.js": {
    url: new URL("client.js", FOLDER),
    sources: ["clock", "protobuf", "wire", "signals", "payload", "connection", "signalling", "session", "listeners", "client"],
    exports: ["connect", "RoomcastError"],
    internal: INTERNAL,
    mostBytes: 8192,
  },
  "json.js": {
    url: new URL("json.js", FOLDER),
    sources: ["payload", "protobuf", "json"],
    exports: ["createJsonWire"],
    internal: "",
    mostBytes: 1024,
  },
  "policies.js": {
    url: new URL("policies.js", FOLDER),
    sources: ["listeners", "payload", "clock", "policies"],
    exports: ["append", "dropOldest", "latest", "merge", "policies"],
    internal: "",
    mostBytes: 4096,
  },
};

const digest = (text) => createHash("sha256").update(text).digest("hex");
const read = ({ sources, exports }) =>
  sources
    .map((name) => readFileSync(new URL(`${name}.js`, SOURCES), "utf8"))
    .join("\n")
    .replace(/^(?:import|export \{) .*\n/gm, "")
    .replace(/^export /gm, "")
    .concat(`\nexport { ${exports.join(", ")} };\n`);

/** Of each served file, what its sources are and what it is itself. */
export const digests = () =>
  Object.fromEntries(
    Object.entries(SERVED).map(([name, part]) => [name, { sources: digest(read(part)), served: digest(readFileSync(part.url, "utf8")) }]),
  );

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { minify } = await import("terser");
  for (const part of Object.values(SERVED)) {
    const { code } = await minify(read(part), {
      module: true,
      ecma: 2022,
      compress: { passes: 3, unsafe: true, unsafe_arrows: true, pure_getters: true },
      mangle: { properties: { builtins: true, regex: new RegExp(`^(${part.internal.replaceAll(" ", "|")})$`) } },
      format: { comments: false },
    });
    writeFileSync(part.url, `// Roomcast, Apache-2.0\n${code}\n`);
  }
  writeFileSync(DIGESTS, `${JSON.stringify(digests(), null, 2)}\n`);
}
