const WORTH_TELLING = 8;
const MOST_UNACKNOWLEDGED = 128;
const MOST_UNACKNOWLEDGED_BYTES = 1 << 16;
const ACKNOWLEDGED_WITHIN = 1000;
const UNNUMBERED = /^(ack|pong|goAway)$/;

/**
 * What of the two ordered streams of numbered frames outlives a connection (docs/protocol.md, "Resume"): how many of the server's were
 * handled, and those of ours that the server has not acknowledged. Numbers are implicit, the first is 1. The token that resumes it is in
 * memory only.
 */
export function createSession(clock, acknowledge) {
  let token; // empty: nothing can be resumed, so nothing is kept
  let had = 0; // frames of the server
  let told = 0; // how many of them the server knows of
  let unacknowledged = 0; // bytes of WebSocket messages since then
  let confirmed = 0; // frames of ours that the server has had
  const kept = []; // those behind them, in order
  let attempts = 0; // to resume it: the server sees by it which of two connections that overtook each other is the newer one
  let timer;

  /** The server knows of all that we had, or is told when it is greeted again. */
  function settle() {
    clock.clearTimeout(timer);
    timer = undefined;
    told = had;
    unacknowledged = 0;
  }

  function tell() {
    settle();
    acknowledge(had);
  }

  const session = {
    keptBytes: 0,
    settle,
    lives: () => token,
    greeting: () => ({ resumable: true, resume: token, received: had, attempt: token && ++attempts }),

    /** Returns what has to be sent once more, before anything else. What is said first shows the server that its token has arrived. */
    welcomed({ resume, resumed, received }) {
      token = resume;
      if (resumed) tell();
      session.confirm(received);
      session.keptBytes = 0;
      return kept.splice(0);
    },

    count(kind, body) {
      if (!UNNUMBERED.test(kind) && !body?.terminal) had++;
    },

    /** A WebSocket message of this size was handled. */
    handled(size) {
      unacknowledged += size;
      if (!token || had === told) return;
      if (had - told >= MOST_UNACKNOWLEDGED || unacknowledged >= MOST_UNACKNOWLEDGED_BYTES) tell();
      else timer ??= clock.setTimeout(tell, ACKNOWLEDGED_WITHIN);
    },

    /** Returns how many we had, if that should be told with what is said now, which counts as telling it. */
    tellAlong() {
      if (token && had - told >= WORTH_TELLING) {
        settle();
        return had;
      }
    },

    keep(item) {
      item.numbered = true;
      kept.push(item);
      session.keptBytes += item.weight;
    },

    confirm(received) {
      for (const { weight } of kept.splice(0, received - confirmed)) {
        confirmed++;
        session.keptBytes -= weight;
      }
    },
  };
  return session;
}
