// The frames of docs/protocol.md and the two subprotocols that carry them. Both encode a frame to a unit; units join to one
// WebSocket message. sdk-runtime/src/main/protobuf/roomcast/v1/roomcast.proto is the schema.

import { looseText, strictText, utf8 } from "./payload.js";
import { Reader, concat, decode, defaultOf, encode, varint } from "./protobuf.js";

const Limits = { maxMessageBytes: "uint", maxRooms: "uint" };
const Route = { route: "uint", room: "uint", event: "string" };
const Frame = {
  hello: { agent: "string", token: "string" },
  welcome: { peer: "string", node: "string", limits: Limits, pingIntervalMs: "uint" },
  join: { room: "string", ref: "uint", payload: "bytes" },
  joined: { room: "string", ref: "uint", number: "uint", snapshot: "bytes", routes: [Route] },
  leave: { room: "uint", ref: "uint" },
  left: { room: "uint", ref: "uint", reason: "string" },
  message: { room: "uint", event: "string", from: "string", to: "string", payload: "bytes" },
  route: Route,
  gap: { room: "uint", missed: "uint" },
  goAway: { reconnectAfterMs: "uint", reason: "string" },
  error: { code: "uint", text: "string", ref: "uint", terminal: "bool", room: "string" },
  ping: { ref: "uint" },
  pong: { ref: "uint" },
  request: { room: "uint", event: "string", id: "uint", timeoutMs: "uint", from: "string", payload: "bytes" },
  reply: { id: "uint", code: "uint", reason: "string", payload: "bytes" },
  cancel: { id: "uint" },
};
const Batch = { frames: ["bytes"] };

const element = (route, body) => encode(Batch, { frames: [concat([varint(route), body])] });

export const protobufWire = {
  subprotocol: "roomcast.v1.protobuf",
  keyOf: (joined) => joined.number,
  encode: (kind, body) => element(0, encode(Frame, { [kind]: body })),
  data: element,
  sizeOf: (unit) => unit.length,
  join: concat,
  decode(data) {
    if (!(data instanceof ArrayBuffer)) throw new Error("text under the protobuf subprotocol");
    return decode(Batch, new Uint8Array(data)).frames.map((bytes) => {
      const reader = new Reader(bytes);
      const route = reader.varint();
      const body = bytes.subarray(reader.at);
      return route ? { data: { route, payload: body } } : decode(Frame, body);
    });
  },
};

function textOrBase64(bytes) {
  try {
    return { text: strictText.decode(bytes) };
  } catch {
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return { base64: btoa(binary) };
  }
}

export const jsonWire = {
  subprotocol: "roomcast.v1.json",
  keyOf: (joined) => joined.room,
  encode(kind, body) {
    const line = {};
    for (const [name, fieldKind] of Object.entries(Frame[kind])) {
      if (!body[name] || body[name].length === 0) continue;
      if (fieldKind === "bytes") Object.assign(line, textOrBase64(body[name]));
      // A lone surrogate would be escaped, and is no text to the server.
      else line[name] = fieldKind === "string" ? looseText.decode(utf8.encode(body[name])) : body[name];
    }
    return `${JSON.stringify({ [kind]: line })}\n`;
  },
  sizeOf: (unit) => utf8.encode(unit).length,
  join: (units) => units.join(""),
  decode(data) {
    if (typeof data !== "string") throw new Error("binary under the JSON subprotocol");
    return data.split("\n").filter((line) => line.trim()).map((line) => {
      const frame = JSON.parse(line);
      if (!frame) throw new Error(`${frame} is not a frame`);
      for (const kind in frame) {
        const body = frame[kind];
        for (const [name, fieldKind] of Object.entries(Frame[kind] ?? {})) {
          if (fieldKind === "bytes") {
            body[name] = body.base64 ? Uint8Array.from(atob(body.base64), (c) => c.charCodeAt(0)) : utf8.encode(body.text ?? "");
          } else {
            body[name] ??= defaultOf(fieldKind);
          }
        }
      }
      return frame;
    });
  },
};
