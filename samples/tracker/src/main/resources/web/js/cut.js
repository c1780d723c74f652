/**
 * Lets the page cut its own connection without a word, as a lost network does. Load it before the client: it keeps hold of
 * the socket that the client opens.
 */
const Plain = globalThis.WebSocket;
let last;

globalThis.WebSocket = class extends Plain {
  constructor(...parameters) {
    super(...parameters);
    last = this;
  }
};

/** Closes the socket under the client, which knows nothing of it. False: there is none. */
export function cutConnection() {
  if (last?.readyState !== Plain.OPEN) {
    return false;
  }
  last.close(4900, "cut by the page");
  return true;
}
