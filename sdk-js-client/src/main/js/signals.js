// The payload of a `signal` message: sdk-runtime/src/main/protobuf/roomcast/v1/signalling.proto.

import { BOOL, OPTIONAL, STRING, UINT, decode, encode } from "./protobuf.js";

const OPTIONAL_UINT = UINT + OPTIONAL;
const OPTIONAL_STRING = STRING + OPTIONAL;

// A candidate line (RFC 8839 section 5.1 and what browsers add) is a row of these, each introduced by its text. A row that is
// left out costs nothing; a listed value travels as its index.
const LINE = [
  ["candidate:", UINT],
  [" ", UINT, ["1", "2"]],
  [" ", UINT, ["udp", "tcp", "UDP", "TCP"]],
  [" ", UINT],
  [" ", STRING],
  [" ", UINT],
  [" typ ", UINT, ["host", "srflx", "prflx", "relay"]],
  [" raddr ", OPTIONAL_STRING],
  [" rport ", OPTIONAL_UINT],
  [" tcptype ", OPTIONAL_UINT, ["active", "passive", "so"]],
  [" generation ", OPTIONAL_UINT],
  [" ufrag ", BOOL],
  [" network-id ", OPTIONAL_UINT],
  [" network-cost ", OPTIONAL_UINT],
];
const Place = { sdpMid: OPTIONAL_STRING, sdpMLineIndex: OPTIONAL_UINT, usernameFragment: OPTIONAL_STRING };
const PLACE_NAMES = Object.keys(Place);
Place.nulls = UINT; // a bit for each of these that is null
const Candidate = {
  place: UINT,
  line: OPTIONAL_STRING,
  ...Object.fromEntries(LINE.map(([, kind], index) => [`part${index}`, kind])),
};
const Signal = {
  connection: STRING,
  description: { type: STRING, sdp: OPTIONAL_STRING },
  places: [Place],
  candidates: [Candidate],
  end: BOOL,
};

/** The generation that a candidate belongs to; "" when it does not say. */
export const ufragOf = (candidate) => candidate.usernameFragment ?? / ufrag (\S+)/.exec(candidate.candidate)?.[1] ?? "";

function splitLine(line, ufrag) {
  const parts = {};
  let rest = line;
  LINE.forEach(([intro, kind, values], index) => {
    if (!rest.startsWith(intro)) return;
    const token = rest.slice(intro.length).split(" ", 1)[0];
    rest = rest.slice(intro.length + token.length);
    parts[`part${index}`] = values ? values.indexOf(token) : kind === BOOL ? true : kind % OPTIONAL === UINT ? +token : token;
  });
  // Whatever cannot be rebuilt to the last byte travels as it is.
  return joinLine(parts, ufrag) === line ? parts : { line };
}

function joinLine(parts, ufrag) {
  return LINE.map(([intro, kind, values], index) => {
    const value = parts[`part${index}`];
    if (value === false || (value === undefined && kind !== UINT && kind !== STRING)) return "";
    return intro + (values ? values[value] : kind === BOOL ? ufrag ?? "" : value);
  }).join("");
}

/** Items are RTCIceCandidateInit, or null for the end of candidates, which can only be the last. */
export function encodeCandidates(connection, items) {
  const places = [];
  const keys = [];
  const candidates = [];
  for (const item of items) {
    if (!item) continue;
    const place = { nulls: 0 };
    PLACE_NAMES.forEach((name, bit) => {
      if (item[name] === null) place.nulls |= 1 << bit;
      else place[name] = item[name];
    });
    const key = JSON.stringify(place);
    if (!keys.includes(key)) {
      keys.push(key);
      places.push(place);
    }
    candidates.push({ place: keys.indexOf(key), ...splitLine(item.candidate ?? "", item.usernameFragment) });
  }
  return encode(Signal, { connection, places, candidates, end: items.at(-1) === null });
}

export function encodeDescription(connection, { type, sdp }) {
  return encode(Signal, { connection, description: { type, sdp } });
}

/** Returns the signals in the order in which they were sent. */
export function decodeSignals(bytes) {
  const { connection, description, places, candidates, end } = decode(Signal, bytes);
  const signals = candidates.map(({ place: index, line, ...parts }) => {
    const place = places[index]; // none: throws below
    const candidate = { candidate: line ?? joinLine(parts, place.usernameFragment) };
    PLACE_NAMES.forEach((name, bit) => {
      if (place.nulls & (1 << bit)) candidate[name] = null;
      else if (place[name] !== undefined) candidate[name] = place[name];
    });
    return { candidate };
  });
  if (description) signals.unshift({ description });
  if (end) signals.push({ candidate: null });
  return connection ? signals.map((signal) => ({ ...signal, connection })) : signals;
}
