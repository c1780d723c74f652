package io.roomcast;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/** What is known of a client that wants to connect. Valid until the authenticator's stage completes. */
public interface AuthenticationRequest {

    /** Returns the token of its {@code hello} frame, empty when it sent none. At most 8 KiB. */
    String token();

    /** Returns what the client calls itself. At most 64 bytes; do not trust it. */
    String agent();

    /** Returns the client's address as the connection shows it. */
    InetSocketAddress remoteAddress();

    /** Returns the headers of the handshake, names in lower case. */
    Map<String, List<String>> headers();

    /** Returns the query parameters of the handshake's URL, decoded. */
    Map<String, List<String>> query();
}
