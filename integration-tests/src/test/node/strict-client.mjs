// Checks a Roomcast echo endpoint with ws. Prints one line a check; exits 1 if one fails.
//   node strict-client.mjs URL LIMIT [CERTIFICATE]
import { readFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { WebSocket } from "ws";

const [url, limit, certificate] = process.argv.slice(2);
const origin = new URL(url.replace(/^ws/, "http")).origin;
const DEADLINE_MS = 15_000;
let failures = 0;

function open() {
  const socket = new WebSocket(url, ["echo"], {
    origin,
    perMessageDeflate: true, // offered; the server must not take it up
    ca: certificate ? readFileSync(certificate) : undefined,
  });
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
  });
}

/** Resolves with the next events of one kind. */
function events(socket, name, count = 1) {
  return new Promise((resolve, reject) => {
    const seen = [];
    socket.on(name, (...args) => {
      seen.push(args);
      if (seen.length === count) resolve(seen);
    });
    socket.on("error", reject);
    socket.on("close", (code) => seen.length < count && reject(new Error(`closed with ${code} after ${seen.length}`)));
  });
}

async function ended(socket) {
  const [code, reason] = await new Promise((resolve) => socket.once("close", (...args) => resolve(args)));
  return { code, reason: reason.toString() };
}

function equal(actual, expected, what) {
  const same = Buffer.isBuffer(expected) ? expected.equals(actual) : actual === expected;
  if (!same) throw new Error(`${what}: expected ${String(expected).slice(0, 80)}, got ${String(actual).slice(0, 80)}`);
}

async function check(name, body) {
  let timer;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${DEADLINE_MS} ms`)), DEADLINE_MS);
    });
    await Promise.race([body(), late]);
    console.log(`ok ${name}`);
  } catch (error) {
    failures++;
    console.log(`FAILED ${name}: ${error.stack}`);
  } finally {
    clearTimeout(timer);
  }
}

for (const size of [0, 125, 126, 65535, 65536, 3 * 1024 * 1024]) {
  await check(`a binary payload of ${size} bytes`, async () => {
    const socket = await open();
    equal(socket.protocol, "echo", "subprotocol");
    equal(socket.extensions, "", "extensions");
    const payload = randomBytes(size);
    const echo = events(socket, "message");
    socket.send(payload);
    const [[data, isBinary]] = await echo;
    equal(data, payload, "payload");
    equal(isBinary, true, "binary");
    socket.terminate();
  });
}

await check("text outside ASCII", async () => {
  const socket = await open();
  const text = "żółć 🚀 日本語 ".repeat(5000);
  const echo = events(socket, "message");
  socket.send(text);
  const [[data, isBinary]] = await echo;
  equal(data.toString(), text, "text");
  equal(isBinary, false, "binary");
  socket.terminate();
});

await check("fragments with a ping between them, inside a character", async () => {
  const socket = await open();
  const whole = Buffer.from("a🚀b");
  const echo = events(socket, "message");
  const pong = events(socket, "pong");
  socket.send(whole.subarray(0, 3), { fin: false, binary: false });
  socket.ping("between");
  socket.send(whole.subarray(3, 4), { fin: false, binary: false });
  socket.send(whole.subarray(4), { fin: true, binary: false });
  equal((await pong)[0][0].toString(), "between", "pong");
  equal((await echo)[0][0].toString(), "a🚀b", "text");
  socket.terminate();
});

await check("200 messages at once", async () => {
  const socket = await open();
  const echoes = events(socket, "message", 200);
  for (let i = 0; i < 200; i++) socket.send(`message ${i} ${"x".repeat(i * 7)}`);
  (await echoes).forEach(([data], i) => equal(data.toString(), `message ${i} ${"x".repeat(i * 7)}`, `message ${i}`));
  socket.terminate();
});

await check("a close by the client", async () => {
  const socket = await open();
  const end = ended(socket);
  socket.close(4321, "done");
  const { code, reason } = await end;
  equal(code, 4321, "code");
  equal(reason, "done", "reason");
});

await check("a close by the server", async () => {
  const socket = await open();
  const end = ended(socket);
  socket.send("close 4567 go away");
  const { code, reason } = await end;
  equal(code, 4567, "code");
  equal(reason, "go away", "reason");
});

await check("a message over the limit is refused with 1009", async () => {
  const socket = await open();
  socket.on("error", () => {}); // the rest of the message may find the connection gone
  const end = ended(socket);
  socket.send(randomBytes(Number(limit) + 1));
  equal((await end).code, 1009, "code");
});

await check("text that is not UTF-8 is refused with 1007", async () => {
  const socket = await open();
  const end = ended(socket);
  socket.send(Buffer.from([0xc3, 0x28]), { binary: false });
  equal((await end).code, 1007, "code");
});

process.exit(failures === 0 ? 0 : 1);
