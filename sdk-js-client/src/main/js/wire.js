// The frames of docs/protocol.md and the subprotocol that pages speak. A frame is encoded to a unit of bytes; units join to one
// WebSocket message, which decodes to pairs of kind and body, empty for a frame that this version does not know. json.js is the other. sdk-runtime/src/main/protobuf/roomcast/v1/roomcast.proto is the schema.

import { BOOL, BYTES, OPTIONAL, STRING, UINT, concat, createReader, decode, encode, varint } from "./protobuf.js";

const Limits = { maxMessageBytes: UINT, maxRooms: UINT };
const Route = { route: UINT, room: UINT, event: STRING, history: BOOL };
const Entry = { offset: UINT, event: STRING, from: STRING, payload: BYTES };
export const Frame = {
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
  join: { room: STRING, ref: UINT, payload: BYTES, epoch: STRING, offset: UINT, peer: STRING },
  joined: {
    room: STRING,
    ref: UINT,
    number: UINT,
    snapshot: BYTES,
    routes: [Route],
    epoch: STRING,
    offset: UINT,
    missed: UINT,
    unrecoverable: BOOL,
  },
  leave: { room: UINT, ref: UINT },
  left: { room: UINT, ref: UINT, reason: STRING },
  message: { room: UINT, event: STRING, from: STRING, to: STRING, payload: BYTES, offset: UINT },
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
  position: { room: UINT, offset: UINT, epoch: STRING },
  history: { room: UINT, ref: UINT, epoch: STRING, after: UINT + OPTIONAL, limit: UINT },
  page: { room: UINT, ref: UINT, epoch: STRING, oldest: UINT, newest: UINT, through: UINT, entries: [Entry] },
};
const Batch = { frames: [BYTES] };

const element = (route, body) => encode(Batch, { frames: [concat([varint(route), body])] });

export const protobufWire = {
  subprotocol: "roomcast.v1.protobuf",
  encode: (kind, body) => element(0, encode(Frame, { [kind]: body })),
  data: element,
  join: concat,
  decode(data) {
    // A view of what is text throws.
    return decode(Batch, new Uint8Array(new DataView(data).buffer)).frames.map((bytes) => {
      const reader = createReader(bytes);
      const route = reader.varint();
      const body = reader.take();
      if (route) return ["data", { route, payload: body }];
      return Object.entries(decode(Frame, body))[0] ?? [];
    });
  },
};
