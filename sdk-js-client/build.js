// Joins src/main/js to the one module that a node serves, and minifies it with terser: `npm ci && npm run build`.
// The result is committed, so that Maven builds without Node, and with it the digests by which src/test/js/served-module.test.js sees that
// sources and result belong together.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const SOURCES = new URL("src/main/js/", import.meta.url);
export const SERVED = new URL("src/main/resources/META-INF/resources/roomcast/client.js", import.meta.url);
export const DIGESTS = new URL("client.digests.json", import.meta.url);
// In the order that gzip likes best.
const MODULES = ["protobuf", "payload", "session", "signals", "wire", "listeners", "connection", "signalling", "client"];
const PUBLIC = ["connect", "RoomcastError"];
// Properties that no application sees and no frame has: these can have shorter names.
const INTERNAL =
  "answers asked base body candidates confirm count departure drain end entered entry events face flushAll frames gone " +
  "greeting handled joining keep keptBytes key keyOf kind leaveDone leaveFailed line listener lives lose nulls numbered onDropped " +
  "one onError onFrame onRead onState onWelcome pause place places receive repeated rest settle signals since sizeOf " +
  "statuses subprotocol take timer timeSum ufrag varint welcomed writable";

const digest = (text) => createHash("sha256").update(text).digest("hex");
export const join = () =>
  MODULES.map((name) => readFileSync(new URL(`${name}.js`, SOURCES), "utf8"))
    .join("\n")
    .replace(/^(?:import|export \{) .*\n/gm, "")
    .replace(/^export /gm, "")
    .concat(`\nexport { ${PUBLIC.join(", ")} };\n`);
export const digests = (sources, served) => ({ sources: digest(sources), served: digest(served) });

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { minify } = await import("terser");
  const sources = join();
  const { code } = await minify(sources, {
    module: true,
    ecma: 2022,
    compress: { passes: 3, unsafe: true, unsafe_arrows: true },
    mangle: { properties: { regex: new RegExp(`^(${INTERNAL.replaceAll(" ", "|")})$`) } },
    format: { comments: false },
  });
  const served = `// Roomcast, Apache-2.0\n${code}\n`;
  writeFileSync(SERVED, served);
  writeFileSync(DIGESTS, `${JSON.stringify(digests(sources, served), null, 2)}\n`);
}
