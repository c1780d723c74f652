// A Socket.IO server that others are joined with through Redis, as its documentation has it: @socket.io/redis-adapter over the client
// `redis`. It has rooms with a member and no connections: what is measured is the way from one server's `emit` to the other's adapter,
// before anything is encoded for clients. Commands come in lines over standard input:
//
//   EMIT n   emits n messages to all rooms in turn, and answers when Redis has taken all
//   COUNT    answers with how many came from other servers

import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";
import { Adapter } from "socket.io-adapter";

const [url, rooms, bytes, window] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const payload = Buffer.alloc(bytes);
const names = Array.from({ length: rooms }, (_, room) => `room/${room}`);

// The adapter takes no notice of whether a publish has arrived, so that nothing but memory would bound what waits.
let waiting = 0;
const publisher = createClient({ url });
const publish = publisher.publish.bind(publisher);
publisher.publish = async (channel, message) => {
  waiting++;
  try {
    return await publish(channel, message);
  } finally {
    waiting--;
  }
};
const subscriber = createClient({ url });
await Promise.all([publisher.connect(), subscriber.connect()]);

// The adapter calls this for what another server has said, and for what this one says, through its own override.
let arrived = 0;
let emitting = false;
const broadcast = Adapter.prototype.broadcast;
Adapter.prototype.broadcast = function (packet, options) {
  if (!emitting) arrived++;
  return broadcast.call(this, packet, options);
};

const io = new Server(createServer(), { transports: ["websocket"], serveClient: false });
io.adapter(createAdapter(publisher, subscriber));
io.of("/").adapter.addAll("a member", new Set(names));

function emit(messages) {
  return new Promise((done) => {
    let sent = 0;
    const more = () => {
      emitting = true;
      for (; sent < messages && waiting < window; sent++) io.to(names[sent % rooms]).emit("message", payload);
      emitting = false;
      if (sent < messages || waiting > 0) setImmediate(more);
      else done();
    };
    more();
  });
}

const answer = (line) => process.stdout.write(`@ ${line}\n`);
const commands = createInterface({ input: process.stdin });
commands.on("line", async (line) => {
  const [command, count] = line.trim().split(" ");
  if (command === "EMIT") {
    await emit(Number(count));
    answer("EMITTED");
  } else if (command === "COUNT") {
    answer(`COUNT ${arrived}`);
  } else {
    throw new Error(`got "${line}", expected EMIT or COUNT`);
  }
});
commands.on("close", () => process.exit(0));
// Redis has taken the subscriptions when it answers what was asked after them.
await subscriber.ping();
answer("READY");
