// The JSON subprotocol, for people who watch the network panel. A module of its own: client.js loads it when it is asked for.

import { looseText, strictText, utf8 } from "./payload.js";
import { BYTES, STRING, concat, defaultOf } from "./protobuf.js";

function textOrBase64(bytes) {
  try {
    return { text: strictText.decode(bytes) };
  } catch {
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return { base64: btoa(binary) };
  }
}

/** Of the same face as protobufWire; `frames` are the frames that it knows, by kind. */
export const createJsonWire = (frames) => ({
  subprotocol: "roomcast.v1.json",
  encode(kind, body) {
    const line = {};
    for (const [name, fieldKind] of Object.entries(frames[kind])) {
      if (!body[name] || body[name].length === 0) continue;
      if (fieldKind === BYTES) Object.assign(line, textOrBase64(body[name]));
      // A lone surrogate would be escaped, and is no text to the server.
      else line[name] = fieldKind === STRING ? looseText.decode(utf8.encode(body[name])) : body[name];
    }
    return utf8.encode(`${JSON.stringify({ [kind]: line })}\n`);
  },
  join: (units) => looseText.decode(concat(units)),
  decode(data) {
    return data.split("\n").filter((line) => line.trim()).map((line) => {
      const [[kind, body]] = Object.entries(JSON.parse(line));
      for (const [name, fieldKind] of Object.entries(frames[kind] ?? {})) {
        if (fieldKind === BYTES) {
          body[name] = body.base64 ? Uint8Array.from(atob(body.base64), (c) => c.charCodeAt(0)) : utf8.encode(body.text ?? "");
        } else {
          body[name] ??= defaultOf(fieldKind);
        }
      }
      return [kind, body];
    });
  },
});
