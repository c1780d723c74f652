// The JSON subprotocol, for people who watch the network panel. A module of its own: client.js loads it when it is asked for.

import { looseText, strictText, utf8 } from "./payload.js";
import { BYTES, OPTIONAL, STRING, concat, defaultOf } from "./protobuf.js";

function textOrBase64(bytes) {
  try {
    return { text: strictText.decode(bytes) };
  } catch {
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return { base64: btoa(binary) };
  }
}

/** Sets what is not there to its default, and reads payloads, also of what is nested. */
function complete(body, type) {
  for (const [name, kind] of Object.entries(type)) {
    if (kind === BYTES) {
      body[name] = body.base64 ? Uint8Array.from(atob(body.base64), (c) => c.charCodeAt(0)) : utf8.encode(body.text ?? "");
    } else {
      body[name] ??= defaultOf(kind);
      if (Array.isArray(kind)) body[name].forEach((item) => complete(item, kind[0]));
    }
  }
  return body;
}

/** The payload comes last, so that people see the rest. */
function written(body, type) {
  const fields = {};
  let payload;
  for (const [name, kind] of Object.entries(type)) {
    const value = body[name];
    if (Array.isArray(kind)) {
      if (value?.length) fields[name] = value.map((item) => written(item, kind[0]));
    } else if (kind >= OPTIONAL ? value == null : !value || value.length === 0) {
      continue;
    } else if (kind === BYTES) {
      payload = textOrBase64(value);
    } else {
      // A lone surrogate would be escaped, and is no text to the server.
      fields[name] = kind === STRING ? looseText.decode(utf8.encode(value)) : value;
    }
  }
  return { ...fields, ...payload };
}

/** Of the same face as protobufWire; `frames` are the frames that it knows, by kind. */
export const createJsonWire = (frames) => ({
  subprotocol: "roomcast.v1.json",
  encode: (kind, body) => utf8.encode(`${JSON.stringify({ [kind]: written(body, frames[kind]) })}\n`),
  join: (units) => looseText.decode(concat(units)),
  decode: (data) =>
    data.split("\n").filter((line) => line.trim()).map((line) => {
      const [[kind, body]] = Object.entries(JSON.parse(line));
      return [kind, complete(body, frames[kind] ?? {})];
    }),
});
