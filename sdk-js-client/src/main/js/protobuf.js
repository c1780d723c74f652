// Protobuf for messages whose fields are numbered from 1 without holes. A type is an object that lists its fields in the order of
// their numbers: name to kind. A kind is one of the four below, OPTIONAL added for explicit presence; or a nested type; or an array of
// one kind for a repeated field.

import { strictText, utf8 } from "./payload.js";

export const UINT = 0;
export const BOOL = 1;
export const STRING = 2;
export const BYTES = 3;
export const OPTIONAL = 4;

const DEFAULTS = [0, false, "", new Uint8Array()];
export const defaultOf = (kind) => (Array.isArray(kind) ? [] : DEFAULTS[kind]);
const fieldsOf = (type) =>
  Object.entries(type).map(([name, kind]) => {
    const [one] = [kind].flat();
    const base = one % OPTIONAL;
    return { name, kind, one, base, repeated: one !== kind, number: base < STRING };
  });

/** Throws: what was read is no protobuf. */
function malformed() {
  throw new Error("malformed protobuf");
}

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
  fieldsOf(type).forEach(({ name, one, base, repeated, number }, index) => {
    for (const item of [value[name] ?? []].flat()) {
      const bytes = number ? [] : base === STRING ? utf8.encode(item) : base === BYTES ? item : encode(one, item);
      // Nested and repeated fields, and those with explicit presence, are written empty too.
      if (base === one && !repeated && !(number ? item : bytes.length)) continue;
      parts.push(varint(index * 8 + (number ? 8 : 10)), varint(number ? +item : bytes.length), bytes);
    }
  });
  return concat(parts);
}

/** Reads varints and pieces; without a length, all that is left. */
export function createReader(bytes) {
  let at = 0;
  const rest = () => bytes.length - at;
  return {
    rest,
    varint() {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[at++];
        if (byte === undefined || scale > 2 ** 63) malformed();
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
    },
    take(length = rest()) {
      if (length > rest()) malformed();
      return bytes.subarray(at, (at += length));
    },
  };
}

export function decode(type, bytes) {
  const fields = fieldsOf(type);
  const value = {};
  for (const { name, kind } of fields) {
    const absent = defaultOf(kind);
    if (absent !== undefined) value[name] = absent;
  }
  const reader = createReader(bytes);
  while (reader.rest()) {
    const tag = reader.varint();
    const wireType = tag % 8;
    let item;
    if (wireType === 0) item = reader.varint();
    else if (wireType === 2) item = reader.take(reader.varint());
    else if (wireType === 5) reader.take(4);
    else if (wireType === 1) reader.take(8);
    else malformed();
    if (tag < 8) malformed(); // there is no field 0
    const { name, one, base, repeated, number } = fields[Math.floor(tag / 8) - 1] ?? {};
    // A field that this version does not know, or knows with another wire type, is skipped.
    if (!name || wireType !== (number ? 0 : 2)) continue;
    if (base === STRING) item = strictText.decode(item);
    else if (base === BOOL) item = item > 0;
    else if (typeof one === "object") item = decode(one, item);
    if (repeated) value[name].push(item);
    else value[name] = item;
  }
  return value;
}
