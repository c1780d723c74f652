// What applications hand in and get back.

export const utf8 = new TextEncoder();
export const strictText = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
export const looseText = new TextDecoder("utf-8", { ignoreBOM: true });

export class RoomcastError extends Error {
  constructor(code, reason, room) {
    super(`${reason} (${code})`);
    Object.assign(this, { name: "RoomcastError", code, reason, room: room || undefined });
  }
}

export class Payload {
  constructor(bytes) {
    this.bytes = bytes;
  }
  text() {
    return looseText.decode(this.bytes);
  }
  json() {
    return JSON.parse(this.text());
  }
}

/** Always a copy: the application may reuse its array while the message waits. */
export function toBytes(value) {
  if (typeof value === "string") return utf8.encode(value);
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer ?? value, value.byteOffset, value.byteLength).slice();
  }
  return utf8.encode(JSON.stringify(value)); // which is nothing for undefined
}
