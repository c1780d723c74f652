// Roomcast browser client. Apache-2.0. The guide is docs/browser-client.md.

/** What can be sent: bytes as they are, text as UTF-8, `undefined` as nothing, anything else as JSON. Copied by the call. */
export type PayloadInput = Uint8Array | ArrayBuffer | ArrayBufferView | string | number | boolean | null | undefined | object;

/** What has arrived. */
export interface Payload {
  /** The bytes. A view of the received buffer: copy it if you keep a little of something large. */
  readonly bytes: Uint8Array;
  /** The bytes read as UTF-8; malformed ones become U+FFFD. */
  text(): string;
  /** The bytes read as JSON. Throws SyntaxError if they are not JSON. */
  json(): any;
}

export interface Meta {
  readonly event: string;
  /** The id of the peer it comes from, where the room's handler wants that known. */
  readonly from?: string;
  /** Its place in the room's history, where it is in one. */
  readonly offset?: number;
}

/** A message of a room's history. */
export interface PastMessage extends Meta {
  readonly payload: Payload;
}

/** Part of a room's history. Places count from 1 within an epoch; a history that was lost begins another. */
export interface Page {
  readonly epoch: string;
  /** The places of the oldest and the newest message that the history has; oldest = newest + 1 when it is empty. */
  readonly oldest: number;
  readonly newest: number;
  /** How far this page reaches. It may end before the newest message, and before the last one wanted: ask again after it. */
  readonly through: number;
  /** In their order. Those that are not for this peer are left out. */
  readonly messages: PastMessage[];
}

export interface PageSettings {
  /** Messages after this place. */
  after?: number;
  /** The messages of the `limit` places before this one. With neither: the newest. */
  before?: number;
  /** The most messages wanted, 1 to 100. Default 50. */
  limit?: number;
  timeout?: number;
  signal?: AbortSignal;
}

/** What is known of a request that a handler answers. */
export interface RequestMeta extends Meta {
  /** Aborted when nobody waits any more: the request was cancelled, its time is over, or the session is lost. */
  readonly signal: AbortSignal;
}

/**
 * Answers requests: what it returns or resolves with is sent as `Room.send` would send it. To refuse, throw a RoomcastError with a
 * code from 1000 to 1999; anything else that it throws is reported, and the asker gets code 11 (HANDLER_FAILED).
 */
export type RequestHandler = (payload: Payload, meta: RequestMeta) => PayloadInput | Promise<PayloadInput>;

/** Takes the listener off. */
export type Off = () => void;

/** Why a join, a leave or a request failed, and what `error` listeners are told of. */
export class RoomcastError extends Error {
  constructor(code: number, reason: string, room?: string);
  /** A code of docs/protocol.md, an application's own (1000 to 1999), or 0 when the client itself gave up. */
  readonly code: number;
  /** For people. */
  readonly reason: string;
  /** The room it concerns. */
  readonly room?: string;
  /** The server closes the connection right after it. */
  readonly terminal?: boolean;
}

/**
 * - `connecting`: a WebSocket is being opened and greeted; at most 20 s
 * - `open`: welcomed by a node
 * - `waiting`: the connection was lost or refused; the next attempt comes by itself
 * - `closed`: for good, by `close()` or because returning would not help
 */
export type State = "connecting" | "open" | "waiting" | "closed";

export interface StateDetail {
  /** The close code, where a connection was lost: the server's, 1006 without one, 4005 when nothing was heard. */
  readonly code?: number;
  /** The close reason, for people. */
  readonly reason?: string;
  /** `waiting`: milliseconds until the next attempt. */
  readonly delay?: number;
  /** `open`: true when the session goes on: nothing was lost, nobody saw this peer leave. False when it is a new one. */
  readonly resumed?: boolean;
}

/** Time, for tests. */
export interface Clock {
  setTimeout(task: () => void, delay: number): unknown;
  clearTimeout(timer: any): void;
  /** Milliseconds from any start; must not go back. */
  now(): number;
}

export interface Options {
  /**
   * What the node's authenticator checks; at most 8192 UTF-8 bytes. A function is called before every attempt to connect and
   * may return a promise; if it fails, the attempt fails, an `error` is told and the next attempt comes by the usual rules.
   */
  token?: string | (() => string | Promise<string>);
  /** Default `protobuf`. Both carry the same; `json` is the one for people who look at the network panel. */
  protocol?: "protobuf" | "json";
  /** How many messages may wait to be sent. Default 1000. */
  maxQueuedMessages?: number;
  /** How many bytes may wait to be sent or, on a server that resumes, be sent and not yet acknowledged. Default 1 MiB. */
  maxQueuedBytes?: number;
  /** Where there is no global WebSocket, as in Node 20: for example that of the npm package `ws`. */
  WebSocket?: new (url: string, protocols: string[]) => any;
  /** Default: the browser's timers. */
  clock?: Clock;
  /** Numbers from 0 up to 1, for the jitter. Default Math.random. */
  random?: () => number;
}

/**
 * Where to connect: a ws, wss, http or https URL or a path on the page's own host. Several are put in a random order and every
 * attempt takes the next; a session that the server keeps is first looked for where it was. A function is called before every attempt.
 */
export type Url = string | URL | (string | URL)[] | (() => string | URL | Promise<string | URL>);

/**
 * Starts a client. It connects by itself, and again whenever the connection is lost, until `close()`.
 *
 * Throws TypeError for a URL that cannot be read or when there is no WebSocket class, RangeError for an unknown protocol.
 */
export function connect(url: Url, options?: Options): Client;

export interface Client {
  /** This peer's id. A new one when a session was lost, else the same over all connections. Undefined before the first welcome. */
  readonly peer: string | undefined;
  /** The node that serves the connection, for people who read logs. */
  readonly node: string | undefined;
  readonly state: State;
  /** Bytes that were sent and are still with the browser. Infinity while the connection is away. */
  readonly backlog: number;

  on(kind: "state", listener: (state: State, detail: StateDetail) => void): Off;
  /** Error frames that answer no join or leave; failures of the token or URL function; what could not be read or sent. */
  on(kind: "error", listener: (error: Error) => void): Off;
  /** Messages to this peer outside any room. */
  on(kind: "message", listener: (payload: Payload, meta: Meta) => void): Off;
  /** The server put this peer into a room; it is rejoined like any other. */
  on(kind: "joined", listener: (room: Room) => void): Off;
  /** The node is about to close the connection. The client returns by itself, not before `reconnectAfterMs`. */
  on(kind: "goaway", listener: (notice: { reconnectAfterMs: number; reason: string }) => void): Off;

  /**
   * Enters a room; waits while the connection is away. In a room already: gives the same Room, the payload is not sent.
   * When a session was lost the client enters it again by itself, with the same payload.
   *
   * Rejects with RoomcastError: the server's code where it refused, 0 when the client is closed.
   *
   * No message of the room is delivered before the code that awaits the promise had its turn to add listeners.
   */
  join(name: string, payload?: PayloadInput): Promise<Room>;

  /** Answers requests that come outside rooms. See `Room.onRequest`. */
  onRequest(event: string, handler: RequestHandler): Off;

  /** Sends what can be sent at once, closes the connection and ends all rooms. Pending joins and requests reject. */
  close(): void;
}

export interface Room {
  readonly name: string;
  /** What the room's handler told at the last join. */
  readonly snapshot: Payload;

  /** Messages of one event; "*" for those of every event, told after. A listener that throws is reported, and survived. */
  on(event: string, listener: (payload: Payload, meta: Meta) => void): Off;

  /** This many broadcasts (0: unknown) were lost between nodes. */
  onStatus(kind: "gap", listener: (gap: { missed: number }) => void): Off;
  /** Entered again because the session was lost: there is a new snapshot, and messages may have been missed. */
  onStatus(kind: "rejoined", listener: (room: Room) => void): Off;
  /**
   * Instead of `rejoined`, in a room with history: all that was missed follows, in order; this many places, some of which may not be for us.
   * The state of the application goes on, and the snapshot stays the old one.
   */
  onStatus(kind: "recovered", listener: (recovery: { missed: number }) => void): Off;
  /** Before `rejoined`, in a room with history: what was missed is not there any more. The new snapshot has the state. */
  onStatus(kind: "unrecoverable", listener: () => void): Off;
  /** No longer in the room and not by `leave()`: taken out (code 0) or refused at a rejoin (the server's code). */
  onStatus(kind: "left", listener: (why: { code: number; reason: string }) => void): Off;

  /**
   * Sends a message. What one turn of the event loop sends leaves in one WebSocket message. While the connection is away it
   * waits, as it does while the browser still holds 1 MiB unsent.
   *
   * Returns false, and sends nothing, when `maxQueuedMessages` or `maxQueuedBytes` wait already, when it is larger than the
   * server accepts, or when the room is left or the client closed. True does not mean delivered: it arrives exactly once, over
   * as many connections as it takes, unless the session is lost. `request` tells.
   *
   * `key` is for delivery policies (policies.d.ts) and otherwise ignored.
   */
  send(event: string, payload?: PayloadInput, options?: { to?: string; key?: string }): boolean;

  /**
   * Asks the room's handler on the server and resolves with its answer. Sent as `send` would send it, but not kept for another
   * session.
   *
   * Rejects with RoomcastError, once: the server's code where it refused (15 when nobody answers such requests); 16 when no
   * answer came within `timeout` (milliseconds, default 30 000); 12 when the session is lost, at once where there is none, or when
   * the room is left; 0 when `signal` aborted it, or when it was refused as by `send`.
   */
  request(event: string, payload?: PayloadInput, options?: { timeout?: number; signal?: AbortSignal }): Promise<Payload>;

  /** Reads a page of the room's history. Rejects as `request` does, and with the server's code when the epoch has changed. */
  history(settings?: PageSettings): Promise<Page>;

  /**
   * Answers the server's requests of one event, acknowledged broadcasts included. One handler an event: a later one takes its
   * place. Requests that nobody answers are refused with code 15.
   */
  onRequest(event: string, handler: RequestHandler): Off;

  /** Leaves. Resolves when the server confirms, or when the session is lost; at once where there is none. */
  leave(): Promise<void>;

  /** The room's WebRTC signalling. Settings can be given only by the first call: later it throws Error. */
  signalling(settings?: SignallingSettings): Signals;
}

export interface SignallingSettings {
  /** `default`: gap 5, max 25. `tracker`, for loaded servers: 50 ms from the first candidate. */
  preset?: "default" | "tracker";
  /** Candidates leave when none came for this long. Milliseconds, 0 (the next turn of the timers) to 200, else RangeError. */
  gap?: number;
  /** No candidate waits longer than this. Milliseconds, 0 to 200, else RangeError. */
  max?: number;
  /** Default true; false sends every candidate at once. */
  coalesce?: boolean;
}

export type Description = { type: RTCSdpType; sdp?: string };
export type Signal = ({ description: Description } | { candidate: RTCIceCandidateInit | null }) & {
  /** Which of several peer connections between the two peers; default: the only one. */
  connection?: string;
};
export type SignalInput = ({ description: Description } | { candidate: RTCIceCandidateInit | RTCIceCandidate | null }) & {
  connection?: string;
};

/**
 * Carries descriptions and trickled candidates between two peers of a room, in messages of event `signal`. Everything one peer
 * sends to another stays in order, arrives as it was, and as often as it was sent; candidates that come close together share a
 * message.
 */
export interface Signals {
  /**
   * Sends one description or candidate; null, the end of candidates, goes with those that wait.
   *
   * Returns false when this call sent a message that was refused as by `Room.send`; then `lost` is told too.
   */
  send(peer: string, signal: SignalInput): boolean;
  /** What arrives, one call an item, except candidates for an attached connection. */
  on(listener: (from: string, signal: Signal) => void): Off;
  /**
   * Signals were lost or may have been: the queue refused some for `to` (`refused`), or the session was lost while some may
   * have been on their way (`reconnected`). Restart ICE where a connection is not established.
   */
  onLost(listener: (lost: { reason: "refused" | "reconnected"; to?: string }) => void): Off;
  /**
   * Lets a peer connection trickle: sends its candidates to the peer, and adds the peer's candidates to it. Those that come
   * before the description of their generation is applied wait for it: at most 64 (the oldest is discarded) and 30 s.
   * Descriptions stay with the application. Returns what undoes it. Throws Error if one is attached for that peer already.
   */
  attach(pc: RTCPeerConnection, peer: string, options?: { connection?: string }): Off;
  /** Sends what waits for the peer, or for all. */
  flush(peer?: string): void;
  stats(): SignallingStats;
}

/** Counts since the room was entered. */
export interface SignallingStats {
  /** Descriptions and candidates handed to `send`. */
  items: number;
  /** Messages made of them. */
  messages: number;
  /**
   * Why batches left: `gap`, `max`, `description`, `order` (another message), `connection`, `ufrag` (another generation),
   * `end` (of candidates), `cap` (32 items or 8 KB), `drain`, `leave`, `close`, `manual`, `off`.
   */
  flushes: Record<string, number>;
  /** Milliseconds that candidates waited, all together and at most. */
  delaySum: number;
  delayMax: number;
  /** Items that the queue refused. */
  lost: number;
  /** Attached connections: candidates that waited for their description, were discarded, were refused by the browser. */
  parked: number;
  discarded: number;
  failed: number;
}
