package io.roomcast.runtime.transport;

import java.util.List;
import java.util.Map;

/**
 * What is kept of an opening handshake until the client is authenticated.
 *
 * @param path the request path
 * @param headers names in lower case
 * @param query decoded
 * @param subprotocol the chosen one
 */
public record Handshake(
        String path, Map<String, List<String>> headers, Map<String, List<String>> query, String subprotocol) {}
