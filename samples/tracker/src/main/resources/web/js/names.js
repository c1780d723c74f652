/** Names that people can tell apart, made from peer ids: every page gives a viewer the same one. */

const FIRST = ["Amber", "Ashen", "Azure", "Brisk", "Calm", "Cedar", "Clear", "Coral", "Dusky", "Early", "Fern", "Frosty",
  "Golden", "Hazel", "Ivory", "Jade", "Lunar", "Merry", "Misty", "Opal", "Quiet", "Rosy", "Silver", "Teal"];
const LAST = ["Badger", "Bison", "Crane", "Dipper", "Egret", "Falcon", "Finch", "Fox", "Gull", "Hare", "Heron", "Ibis",
  "Jay", "Kite", "Lark", "Lynx", "Marten", "Moose", "Otter", "Owl", "Plover", "Raven", "Stoat", "Tern"];

export function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 15), 0x846ca68b);
  return (value ^ (value >>> 13)) >>> 0;
}

export function nameOf(peerId) {
  const value = hash(peerId);
  return `${FIRST[value % FIRST.length]} ${LAST[Math.floor(value / FIRST.length) % LAST.length]}`;
}

export function megabytes(bytes) {
  return bytes < 999_500 ? `${Math.round(bytes / 1000)}\u00a0kB` : `${(bytes / 1_000_000).toFixed(bytes < 99_950_000 ? 1 : 0)}\u00a0MB`;
}

export function milliseconds(time) {
  return time === undefined ? "…" : `${time < 10 ? time.toFixed(1) : Math.round(time)}\u00a0ms`;
}

/** [3, 4, 5, 9] as "3–5 and 9", with no line break at the dash. */
export function ranges(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const parts = [];
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (sorted[end + 1] === sorted[end] + 1) {
      end++;
    }
    parts.push(end === i ? `${sorted[i]}` : `${sorted[i]}\u2060–\u2060${sorted[end]}`);
    i = end + 1;
  }
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
