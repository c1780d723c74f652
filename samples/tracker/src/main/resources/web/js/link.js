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
  #send;
  #work = Promise.resolve();
  #timer;
  state;
  introducedAt = performance.now();

  /**
   * @param partner what the tracker said of it: {id, node, held, …}
   * @param offers whether this side makes the offer
   * @param send (signal) => void
   */
  constructor({ partner, offers, send, store, iceServers, timeoutMs }) {
    super();
    this.partner = partner;
    this.offers = offers;
    this.#send = send;
    this.state = offers ? "connecting" : "waiting";
    this.#pc = new RTCPeerConnection({ iceServers });
    this.#channel = this.#pc.createDataChannel("stream", { negotiated: true, id: 0 });
    this.segments = new SegmentChannel(this.#channel, store);
    this.#channel.onopen = () => this.#opened();
    this.#channel.onclose = () => this.close("the partner left");
    this.#pc.onicecandidate = ({ candidate }) => this.#signal({ candidate });
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
        this.#signal({ description: this.#pc.localDescription });
      });
    }
  }

  /** A description or a candidate of the partner, in the order they came. */
  signalled(signal) {
    this.#do(async () => {
      if (signal.description) {
        if (signal.description.type === "offer" && this.offers) {
          return; // Against the rule: the offer that counts is ours.
        }
        if (this.state === "waiting") {
          this.state = "connecting";
        }
        await this.#pc.setRemoteDescription(signal.description);
        if (signal.description.type === "offer") {
          await this.#pc.setLocalDescription();
          this.#signal({ description: this.#pc.localDescription });
        }
        this.emit("changed");
      } else if (signal.candidate && this.#pc.remoteDescription) {
        await this.#pc.addIceCandidate(signal.candidate);
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
    this.#pc.close();
    this.emit("closed", reason, wasOpen);
  }

  #signal(signal) {
    if (this.state !== "closed") {
      this.#send(signal);
    }
  }

  #opened() {
    clearTimeout(this.#timer);
    this.state = "open";
    this.tookMs = Math.round(performance.now() - this.introducedAt);
    this.emit("open");
  }

  /** One after the other: a candidate must not overtake the description that is still being applied. */
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
