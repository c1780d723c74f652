package io.roomcast.runtime.transport.handshake;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A web origin, RFC 6454, with its port made explicit.
 *
 * @param scheme in lower case
 * @param host in lower case
 * @param port the default of the scheme if none was written; −1 if the scheme has none
 */
record Origin(String scheme, String host, int port) {

    static final int NO_PORT = -1;

    private static final Pattern FORM = Pattern.compile(
            "([a-z][a-z0-9+.-]*)://(\\[[0-9a-f:.]+]|[^\\s/?#@:\\[\\]]+)(?::(\\d{1,5}))?", Pattern.CASE_INSENSITIVE);

    /** Reads an origin as browsers send it; empty for anything else, the {@code null} of sandboxed pages included. */
    static Optional<Origin> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
        String host = matcher.group(2).toLowerCase(Locale.ROOT);
        String port = matcher.group(3);
        return Optional.of(new Origin(scheme, host, port == null ? defaultPort(scheme) : Integer.parseInt(port)));
    }

    /**
     * Returns whether the value of a Host header means the same host and port. A Host without a port means the default port
     * of the scheme that the client used. Over TLS that is known; on a plain connection a proxy may have ended TLS, so there
     * it is taken to be the origin's.
     */
    boolean isOf(String hostHeader, boolean secure) {
        return parse((secure ? "https" : scheme) + "://" + hostHeader)
                .filter(own -> own.host.equals(host) && own.port == port)
                .isPresent();
    }

    static int defaultPort(String scheme) {
        return switch (scheme) {
            case "http", "ws" -> 80;
            case "https", "wss" -> 443;
            default -> NO_PORT;
        };
    }
}
