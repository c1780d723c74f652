import { Events } from "./events.js";
import { Link } from "./link.js";
import { nameOf } from "./names.js";

/**
 * The partners of this viewer: keeps `wanted` links, takes up to `most`, and remembers for a minute who failed so that the
 * tracker does not name the same again.
 */
export class Partners extends Events {
  static WANTED = 4;
  static MOST = 8;
  static AVOID_MS = 60_000;
  static AVOIDED = 32;

  #links = new Map();
  #avoid = new Map();
  #store;
  #coordinates;
  #iceServers;
  #tracker;
  #me = "";
  timeoutMs = 50_000;

  constructor({ store, coordinates, iceServers }) {
    super();
    this.#store = store;
    this.#coordinates = coordinates;
    this.#iceServers = iceServers;
    store.on("got", (number) => this.open.forEach((link) => link.segments.got(number)));
    store.on("cleared", () => this.open.forEach((link) => link.segments.tellBits()));
    setInterval(() => this.open.forEach((link) => link.segments.ping()), 2_000);
  }

  /** This viewer is in the tracker's room and has a (new) peer id. Links that are open live on: they do not need the tracker. */
  connected(me, tracker) {
    this.#me = me;
    this.#tracker = tracker;
    for (const link of this.all.filter((one) => one.state !== "open")) {
      link.close("the tracker was lost meanwhile");
    }
    this.open.forEach((link) => link.segments.hello(me, this.#coordinates));
  }

  get all() {
    return [...this.#links.values()];
  }

  get open() {
    return this.all.filter((link) => link.state === "open");
  }

  /** How many more the tracker shall name. */
  get want() {
    return Math.max(0, Partners.WANTED - this.#links.size);
  }

  /** How many more this viewer takes. */
  get places() {
    return Math.max(0, Partners.MOST - this.#links.size);
  }

  /** Whom the tracker shall not name. */
  get known() {
    const now = performance.now();
    for (const [id, until] of this.#avoid) {
      if (until < now) {
        this.#avoid.delete(id);
      }
    }
    return [...this.#links.keys(), ...this.#avoid.keys()];
  }

  /** The tracker made this viewer and another known to each other, whichever of the two asked. */
  introduced(viewer) {
    if (viewer.id === this.#me) {
      return;
    }
    const link = this.#links.get(viewer.id);
    if (link) {
      link.partner = viewer;
      return;
    }
    if (this.places === 0) {
      this.#tracker.decline(viewer.id);
      return;
    }
    this.#link(viewer, this.#me < viewer.id);
  }

  declined(id) {
    this.#links.get(id)?.close("it has enough partners");
  }

  signalled(from, signal) {
    if (!this.#links.has(from)) {
      if (signal.description?.type !== "offer" || this.places === 0) {
        return;
      }
      // Its offer was quicker than the introduction.
      this.#link({ id: from, node: "?", held: 0 }, false);
    }
    if (signal.description) {
      this.#links.get(from).described(signal.description);
    }
  }

  /** What was to go to a partner could not be sent. */
  signalsLost(peer) {
    const link = this.#links.get(peer);
    if (link && link.state !== "open") {
      link.close("the offer could not be sent");
    }
  }

  /** What the tracker knows by now of those it named. */
  refresh(viewers) {
    for (const viewer of viewers) {
      const link = this.#links.get(viewer.id);
      if (link) {
        link.partner = viewer;
      }
    }
  }

  closeAll(reason) {
    this.all.forEach((link) => link.close(reason));
    this.#avoid.clear();
  }

  #link(viewer, offers) {
    const link = new Link({
      partner: viewer,
      offers,
      signals: this.#tracker.signals,
      store: this.#store,
      iceServers: this.#iceServers,
      timeoutMs: this.timeoutMs,
    });
    this.#links.set(viewer.id, link);
    link.on("open", () => {
      link.segments.hello(this.#me, this.#coordinates);
      link.segments.tellBits();
      link.segments.ping();
      this.emit("opened", link);
    });
    link.on("closed", (reason, wasOpen) => {
      this.#links.delete(link.partner.id);
      if (!wasOpen) {
        this.#avoidFor(link.partner.id);
      }
      this.emit("closed", link, reason, wasOpen);
    });
    link.on("trouble", (failure) => this.emit("trouble", link, failure));
    link.segments.on("hello", (peer) => this.#renamed(link, peer));
    link.segments.on("measured", (rtt) => {
      this.#coordinates.measured(link.segments.place, link.segments.error, rtt);
    });
    link.segments.on("has", () => this.emit("has", link));
    for (const kind of ["received", "sent"]) {
      link.segments.on(kind, (bytes) => this.emit(kind, link, bytes));
    }
    link.segments.on("no", (number) => this.emit("no", link, number));
    link.segments.on("segment", (number, bytes) => this.emit("segment", link, number, bytes));
    this.emit("linked", link);
  }

  /** The partner's connection to its node was lost and it has a new id: the same partner all the same. */
  #renamed(link, peer) {
    if (peer === link.partner.id || !/^[\w-]{16,40}$/.test(peer) || link.state !== "open") {
      return;
    }
    this.#links.get(peer)?.close("it is there already");
    this.#links.delete(link.partner.id);
    const before = nameOf(link.partner.id);
    link.partner = { ...link.partner, id: peer };
    this.#links.set(peer, link);
    this.emit("renamed", link, before);
  }

  /** Bad bytes, or an offer that led nowhere. */
  #avoidFor(id) {
    if (this.#avoid.size >= Partners.AVOIDED) {
      this.#avoid.delete(this.#avoid.keys().next().value);
    }
    this.#avoid.set(id, performance.now() + Partners.AVOID_MS);
  }

  /** Ends a link whose partner sent what the manifest does not say. */
  distrust(link) {
    this.#avoidFor(link.partner.id);
    link.close("it sent wrong bytes");
  }
}
