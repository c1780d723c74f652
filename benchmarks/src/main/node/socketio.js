// Socket.IO with its rooms, over WebSocket only. A client names its room in the query of its handshake.

import { createServer } from "node:http";
import { Server } from "socket.io";
import { control, kindOf, listen } from "./control.js";

const server = createServer();
const io = new Server(server, { transports: ["websocket"], serveClient: false });
let connections = 0;

io.on("connection", (socket) => {
  const { room } = socket.handshake.query;
  const kind = kindOf(room);
  socket.join(room);
  connections++;
  socket.on("disconnect", () => connections--);
  if (kind === "repeat") socket.on("message", (data) => io.to(room).emit("message", data));
  else if (kind === "relay") socket.on("message", (data) => socket.to(room).emit("message", data));
  else socket.on("message", (data, answer) => answer(data));
});

control({ start: () => listen(server), connections: () => connections });
