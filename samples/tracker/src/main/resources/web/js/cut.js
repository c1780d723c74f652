let last;

/** A WebSocket that the page can cut, as a lost network does. */
export class CuttableSocket extends WebSocket {
  constructor(...parameters) {
    super(...parameters);
    last = this;
  }
}

/** What a node takes for a connection that went silent: it keeps the session. After most other codes it does not. */
const LOST = 4005;

/** Closes the socket under the client, which knows nothing of it. False: there is none. */
export function cutConnection(code = LOST) {
  if (last?.readyState !== WebSocket.OPEN) {
    return false;
  }
  last.close(code, "cut by the page");
  return true;
}
