// What the harness and a server say to each other, in lines over standard input and output: see ControlLoop.java.

import { createInterface } from "node:readline";

/**
 * Runs a server until it is told to stop. `start` resolves with its port; `connections` says how many WebSocket connections are
 * in their rooms now.
 */
export function control({ start, connections }) {
  const answer = (line) => process.stdout.write(`@ ${line}\n`);
  const commands = createInterface({ input: process.stdin });
  commands.on("line", async (line) => {
    const [command, ...words] = line.trim().split(" ");
    if (command === "START") {
      if (words[0] !== "io-threads=1") throw new Error(`got "${line}", Node has one IO thread`);
      answer(`READY port=${await start()}`);
    } else if (command === "SNAPSHOT") {
      // Node tells neither what it allocates nor when it compiles.
      answer(`SNAPSHOT connections=${connections()} compiling=0 allocated=-1 heap=-1 direct=-1`);
    } else if (command === "STOP") {
      process.stdout.write("@ STOPPED\n", () => process.exit(0));
    } else {
      throw new Error(`got "${line}", expected START, SNAPSHOT or STOP`);
    }
  });
  commands.on("close", () => process.exit(0));
}

/** Listens on a free port of the loopback interface. */
export function listen(server) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", 1024, () => resolve(server.address().port));
  });
}

/** Who gets what is said in a room: "repeat", "relay" or "echo". */
export function kindOf(room) {
  const kind = /^(repeat|relay|echo)\//.exec(room)?.[1];
  if (!kind) throw new Error(`room is "${room}", expected a name that begins with repeat/, relay/ or echo/`);
  return kind;
}
