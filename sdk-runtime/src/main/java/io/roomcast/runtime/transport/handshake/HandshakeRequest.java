package io.roomcast.runtime.transport.handshake;

import java.util.List;

/** The head of a request to the endpoint. */
public interface HandshakeRequest {

    /** Returns the method, as sent. */
    String method();

    /** Returns the protocol, {@code "HTTP/1.1"}. */
    String protocol();

    /** Returns whether it came over TLS to this very process; false behind a proxy that ends TLS. */
    boolean isSecure();

    /** Returns the values of all header lines of that name, in any case; empty when there are none. */
    List<String> header(String name);
}
