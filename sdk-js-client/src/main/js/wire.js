// The frames of docs/protocol.md and the two subprotocols that carry them. Both encode a frame to a unit; units join to one
// WebSocket message, which decodes to pairs of kind and body, empty for a frame that this version does not know. sdk-runtime/src/main/protobuf/roomcast/v1/roomcast.proto is the schema.

import { looseText, strictText, utf8 } from "./payload.js";
import { BOOL, BYTES, STRING, UINT, concat, createReader, decode, defaultOf, encode, varint } from "./protobuf.js";

const Limits = { maxMessageBytes: UINT, maxRooms: UINT };
const Route = { route: UINT, room: UINT, event: STRING };
const Frame = {
  hello: { agent: STRING, token: STRING, resumable: BOOL, resume: STRING, received: UINT, attempt: UINT },
  welcome: {
    peer: STRING,
    node: STRING,
    limits: Limits,
    pingIntervalMs: UINT,
    resume: STRING,
    resumeWindowMs: UINT,
    resumed: BOOL,
    received: UINT,
  },
  join: { room: STRING, ref: UINT, payload: BYTES },
  joined: { room: STRING, ref: UINT, number: UINT, snapshot: BYTES, routes: [Route] },
  leave: { room: UINT, ref: UINT },
  left: { room: UINT, ref: UINT, reason: STRING },
  message: { room: UINT, event: STRING, from: STRING, to: STRING, payload: BYTES },
  route: Route,
  gap: { room: UINT, missed: UINT },
  goAway: { reconnectAfterMs: UINT, reason: STRING },
  error: { code: UINT, text: STRING, ref: UINT, terminal: BOOL, room: STRING },
  ping: { ref: UINT },
  pong: { ref: UINT },
  request: { room: UINT, event: STRING, id: UINT, timeoutMs: UINT, from: STRING, payload: BYTES },
  reply: { id: UINT, code: UINT, reason: STRING, payload: BYTES },
  cancel: { id: UINT },
  ack: { received: UINT },
  moved: { room: STRING, number: UINT, routes: [Route] },
};
const Batch = { frames: [BYTES] };

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
      const reader = createReader(bytes);
      const route = reader.varint();
      const body = reader.take();
      if (route) return ["data", { route, payload: body }];
      return Object.entries(decode(Frame, body))[0] ?? [];
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
      if (fieldKind === BYTES) Object.assign(line, textOrBase64(body[name]));
      // A lone surrogate would be escaped, and is no text to the server.
      else line[name] = fieldKind === STRING ? looseText.decode(utf8.encode(body[name])) : body[name];
    }
    return `${JSON.stringify({ [kind]: line })}\n`;
  },
  sizeOf: (unit) => utf8.encode(unit).length,
  join: (units) => units.join(""),
  decode(data) {
    return data.split("\n").filter((line) => line.trim()).map((line) => {
      const [[kind, body]] = Object.entries(JSON.parse(line));
      for (const [name, fieldKind] of Object.entries(Frame[kind] ?? {})) {
        if (fieldKind === BYTES) {
          body[name] = body.base64 ? Uint8Array.from(atob(body.base64), (c) => c.charCodeAt(0)) : utf8.encode(body.text ?? "");
        } else {
          body[name] ??= defaultOf(fieldKind);
        }
      }
      return [kind, body];
    });
  },
};
