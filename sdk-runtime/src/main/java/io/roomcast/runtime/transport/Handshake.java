package io.roomcast.runtime.transport;

import java.util.List;
import java.util.Map;

/** What is kept of an opening handshake until the client is authenticated. Does not change any more; for any thread. */
public interface Handshake {

    /** Returns one of parts that are known and do not change. */
    static Handshake of(
            String path, Map<String, List<String>> headers, Map<String, List<String>> query, String subprotocol) {
        return new KnownHandshake(path, headers, query, subprotocol);
    }

    /** Returns the request path. */
    String path();

    /** Returns the headers, names in lower case. May be put together by the call. */
    Map<String, List<String>> headers();

    /** Returns the query parameters, decoded. May be put together by the call. */
    Map<String, List<String>> query();

    /** Returns the subprotocol that was chosen. */
    String subprotocol();
}
