// Roomcast delivery policies for what a page sends. Apache-2.0. The guide is docs/browser-client.md, the rules are docs/delivery-policies.md.

import type { Client, Clock, Off, Payload, PayloadInput, Room } from "./client.js";

/** What a policy's functions are told beside the payload. */
export interface Sending {
  readonly event: string;
  readonly to?: string;
}

/** Milliseconds; 0 to 10 000. */
export interface Delays {
  /** What is held leaves when nothing came for this long. Default: append 5; merge as `maxDelay`; latest 0. At most `maxDelay`. */
  idleGap?: number;
  /** Nothing is held longer. Default: append 25, or the idle gap if longer; merge 100; latest as `idleGap`. */
  maxDelay?: number;
}

export interface Bounds {
  /** Bytes of payloads held of one key, 1 to 16 MiB. Default: append 8 KiB, others 64 KiB. At most `maxHeldBytes`. */
  maxBytes?: number;
  /** Keys remembered, 1 to 100 000. Default 1024. The oldest leaves before its time, or is dropped under `dropOldest`. */
  maxKeys?: number;
  /** The key of a message that `send` gives none, at most 255 UTF-8 bytes. If it throws, the message goes as without a policy. */
  keyedBy?: (payload: Payload, sending: Sending) => string;
}

export interface Predicate {
  /** The message leaves at once, behind what is held of its key. */
  flushWhen?: (payload: Payload, sending: Sending) => boolean;
}

export interface Interval {
  /** Least time between two messages of one key. Milliseconds, 0 to 600 000. Default 0. At most a `maxDelay` that is given. */
  minInterval?: number;
}

/** `room`: no message of the room is overtaken. `pair`: none that could reach the same peer. `none`: it may be overtaken. */
export type Ordering = "room" | "pair" | "none";

/** Made by one of the four functions. */
export interface Policy {
  readonly kind: "append" | "latest" | "dropOldest" | "merge";
}

/*
 * Each refuses, naming the setting: RangeError where a value is out of range or above another that bounds it, TypeError where it makes no sense
 * for the kind.
 */

/** Holds messages for a moment and sends them together, in order. At `maxItems` (1 to 10 000, default 32) they leave. */
export function append(settings?: Delays & Bounds & Predicate & { maxItems?: number; ordering?: "room" | "pair" }): Policy;
/** Sends the newest value of each key: at most one in `minInterval`, none while the page is behind. */
export function latest(settings?: Delays & Bounds & Predicate & Interval & { ordering?: Ordering }): Policy;
/** Sends at once. While the page is behind it keeps the newest `n` (1 to 10 000) of each key, none older than `ttl` ms (1 to 600 000). */
export function dropOldest(n: number, ttl: number, settings?: Bounds & { ordering?: "none" }): Policy;
/** Holds a message and merges those that follow, up to `maxItems` (default 1024). If `merger` throws, the newer stands for both. */
export function merge(
  merger: (older: Payload, newer: Payload) => PayloadInput,
  settings?: Delays & Bounds & Predicate & Interval & { maxItems?: number; ordering?: Ordering },
): Policy;

export interface PoliciesOptions {
  /** Bytes of payloads held for all rooms of the client. Default 1 MiB. At it a message leaves at once; `dropOldest` drops. */
  maxHeldBytes?: number;
  /** Default: the browser's timers. */
  clock?: Clock;
}

/**
 * Takes over sending for a client, once; returns what declares a policy for an event of a room. It lasts until the room is left. Throws
 * Error when the event has one already, TypeError and RangeError for what is no policy or does not fit.
 *
 * `room.send` takes a `key` beside `to` from then on. It returns true for what is held.
 */
export function policies(client: Client, options?: PoliciesOptions): (room: Room, event: string, policy: Policy) => Declared;

export interface Declared {
  /** Sends what is held. */
  flush(): void;
  /** Messages that were accepted, and then refused by `Room.send` when they left. */
  onRefused(listener: (count: number) => void): Off;
  stats(): PolicyStats;
}

/** Counts. `in` = `out` + `conflated` + `dropped` + `refused` + what is held. */
export interface PolicyStats {
  in: number;
  out: number;
  /** Replaced by a newer value, or merged into it. */
  conflated: number;
  dropped: number;
  refused: number;
  /** Flushes in which something left, and the most messages of one. */
  batches: number;
  largestBatch: number;
  /**
   * Why: `immediate`, `gap`, `max`, `interval`, `items`, `bytes`, `keys`, `predicate`, `order` (another message), `writable`, `leave`,
   * `close`, `gone`, `manual`.
   */
  flushes: Record<string, number>;
  /** Milliseconds that messages waited, all together and at most. */
  delaySum: number;
  delayMax: number;
}
