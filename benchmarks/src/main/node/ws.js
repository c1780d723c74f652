// Node's usual WebSocket server, as people write it: one `send` per peer. A room is a request path.

import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { control, kindOf, listen } from "./control.js";

const rooms = new Map();
const server = createServer();
const sockets = new WebSocketServer({ server });

sockets.on("connection", (socket, request) => {
  const name = request.url.slice(1);
  const kind = kindOf(name);
  const room = rooms.get(name) ?? new Set();
  rooms.set(name, room.add(socket));
  socket.on("close", () => room.delete(socket));
  socket.on("error", (error) => console.error(error.message));
  socket.on("message", (data, binary) => {
    if (kind === "echo") {
      socket.send(data, { binary });
      return;
    }
    for (const peer of room) {
      if ((kind === "repeat" || peer !== socket) && peer.readyState === WebSocket.OPEN) peer.send(data, { binary });
    }
  });
});

control({ start: () => listen(server), connections: () => sockets.clients.size });
