let last;

/** A WebSocket that the page can cut, as a lost network does. */
export class CuttableSocket extends WebSocket {
  constructor(...parameters) {
    super(...parameters);
    last = this;
  }
}

/** Closes the socket under the client, which knows nothing of it. False: there is none. */
export function cutConnection() {
  if (last?.readyState !== WebSocket.OPEN) {
    return false;
  }
  last.close(4900, "cut by the page");
  return true;
}
