/**
 * Who may open a WebSocket: RFC 6455 section 4.2 as pure rules over a request's head, without a socket or a server. Every
 * refusal has an HTTP status, a label for metrics and a sentence for a person.
 */
@NullMarked
package io.roomcast.runtime.transport.handshake;

import org.jspecify.annotations.NullMarked;
