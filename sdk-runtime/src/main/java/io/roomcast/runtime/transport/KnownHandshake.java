package io.roomcast.runtime.transport;

import java.util.List;
import java.util.Map;

/** A handshake whose parts are there. */
record KnownHandshake(
        String path, Map<String, List<String>> headers, Map<String, List<String>> query, String subprotocol)
        implements Handshake {}
