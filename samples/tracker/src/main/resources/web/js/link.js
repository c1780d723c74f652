import { Events } from "./events.js";
import { SegmentChannel } from "./channel.js";

/**
 * One partner: the peer connection to it, from the introduction to the end.
 *
 * Which of the two makes the offer needs no talk: the one with the lesser peer id does. So both can be introduced to each
 * other at the same moment, by two nodes, and there is one offer.
 *
 * States: "waiting" (for the other's offer), "connecting", "open", "closed".
 */
export class Link extends Events {
  #pc;
  #channel;
  #signals;
  #detach;
  #work = Promise.resolve();
  #timer;
  state;
  introducedAt = performance.now();

  /**
   * @param partner what the tracker said of it: {id, node, held, …}
   * @param offers whether this side makes the offer
   * @param signals of the room
   */
  constructor({ partner, offers, signals, store, iceServers, timeoutMs }) {
    super();
    this.partner = partner;
    this.offers = offers;
    this.#signals = signals;
    this.state = offers ? "connecting" : "waiting";
    this.#pc = new RTCPeerConnection({ iceServers });
    this.#channel = this.#pc.createDataChannel("stream", { negotiated: true, id: 0 });
    this.segments = new SegmentChannel(this.#channel, store);
    this.#channel.onopen = () => this.#opened();
    this.#channel.onclose = () => this.close("the partner left");
    // The candidates of both sides travel by themselves from here on.
    this.#detach = signals.attach(this.#pc, partner.id);
    this.#pc.onconnectionstatechange = () => {
      if (this.#pc.connectionState === "failed") {
        this.close("no way through the network");
      }
    };
    this.segments.on("broken", (failure) => this.close(failure.message));
    this.#timer = setTimeout(() => this.close("no answer"), timeoutMs);
    if (offers) {
      this.#do(async () => {
        await this.#pc.setLocalDescription();
        this.#describe();
      });
    }
  }

  /** The partner's offer or answer. */
  described(description) {
    this.#do(async () => {
      if ((description.type === "offer") === this.offers) {
        return; // Against the rule: the offer that counts is ours, or there is no answer without an offer.
      }
      this.state = "connecting";
      await this.#pc.setRemoteDescription(description);
      if (description.type === "offer") {
        await this.#pc.setLocalDescription();
        this.#describe();
      }
    });
  }

  close(reason) {
    if (this.state === "closed") {
      return;
    }
    const wasOpen = this.state === "open";
    this.state = "closed";
    clearTimeout(this.#timer);
    this.#channel.onclose = null;
    this.#detach();
    this.#pc.close();
    this.emit("closed", reason, wasOpen);
  }

  #describe() {
    this.#signals.send(this.partner.id, { description: this.#pc.localDescription });
  }

  #opened() {
    clearTimeout(this.#timer);
    this.state = "open";
    this.tookMs = Math.round(performance.now() - this.introducedAt);
    this.emit("open");
  }

  /** One after the other, and none after the end. */
  #do(step) {
    this.#work = this.#work.then(async () => {
      if (this.state !== "closed") {
        try {
          await step();
        } catch (failure) {
          this.emit("trouble", failure);
        }
      }
    });
  }
}
