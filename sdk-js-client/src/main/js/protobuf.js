// Protobuf for messages whose fields are numbered from 1 without holes. A type is an object that lists its fields in the order of
// their numbers: name to kind. A kind is "uint", "bool", "string" or "bytes", with "?" for explicit presence; or a nested type;
// or an array of one kind for a repeated field.

import { strictText, utf8 } from "./payload.js";

const DEFAULTS = { uint: 0, bool: false, string: "", bytes: new Uint8Array() };
export const defaultOf = (kind) => (Array.isArray(kind) ? [] : DEFAULTS[kind]);

export function concat(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Uint8Array.of(...bytes, value);
}

export function encode(type, value) {
  const parts = [];
  Object.entries(type).forEach(([name, kind], index) => {
    const repeated = Array.isArray(kind);
    for (const item of repeated ? value[name] ?? [] : [value[name]]) {
      if (item == null) continue;
      const base = String(repeated ? kind[0] : kind).replace("?", "");
      if (base === "uint" || base === "bool") {
        if (base === kind && !item) continue;
        parts.push(varint(index * 8 + 8), varint(Number(item)));
      } else {
        const bytes = base === "string" ? utf8.encode(item) : base === "bytes" ? item : encode(repeated ? kind[0] : kind, item);
        if (base === kind && !bytes.length) continue;
        parts.push(varint(index * 8 + 10), varint(bytes.length), bytes);
      }
    }
  });
  return concat(parts);
}

export class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }
  get more() {
    return this.at < this.bytes.length;
  }
  varint() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at++];
      if (byte === undefined || scale > 2 ** 63) throw new Error("malformed varint");
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }
  take(length) {
    const bytes = this.bytes.subarray(this.at, (this.at += length));
    if (bytes.length < length) throw new Error("truncated field");
    return bytes;
  }
}

export function decode(type, bytes) {
  const fields = Object.entries(type);
  const value = {};
  for (const [name, kind] of fields) {
    const absent = defaultOf(kind);
    if (absent !== undefined) value[name] = absent;
  }
  const reader = new Reader(bytes);
  while (reader.more) {
    const tag = reader.varint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (!number) throw new Error("field number 0");
    let item;
    if (wireType === 0) item = reader.varint();
    else if (wireType === 2) item = reader.take(reader.varint());
    else if (wireType === 5) reader.take(4);
    else if (wireType === 1) reader.take(8);
    else throw new Error(`wire type ${wireType}`);
    const [name, kind] = fields[number - 1] ?? [];
    const one = Array.isArray(kind) ? kind[0] : kind;
    const base = String(one).replace("?", "");
    // A field that this version does not know, or knows with another wire type, is skipped.
    if (!name || wireType !== (base === "uint" || base === "bool" ? 0 : 2)) continue;
    if (base === "string") item = strictText.decode(item);
    else if (base === "bool") item = item > 0;
    else if (typeof one === "object") item = decode(one, item);
    if (one === kind) value[name] = item;
    else value[name].push(item);
  }
  return value;
}
