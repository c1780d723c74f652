package io.roomcast.runtime.transport.handshake;

import java.util.Locale;
import java.util.Optional;

/**
 * A web origin, RFC 6454, with its port made explicit.
 *
 * @param scheme in lower case
 * @param host in lower case
 * @param port the default of the scheme if none was written; −1 if the scheme has none
 */
record Origin(String scheme, String host, int port) {

    static final int NO_PORT = -1;

    private static final int MALFORMED = -2;

    private static final int MAX_PORT_DIGITS = 5;

    /** Reads an origin as browsers send it; empty for anything else, the {@code null} of sandboxed pages included. */
    static Optional<Origin> parse(String text) {
        int end = text.indexOf("://");
        if (end < 1 || !isScheme(text, end)) {
            return Optional.empty();
        }
        return authority(text.substring(0, end).toLowerCase(Locale.ROOT), text, end + "://".length());
    }

    private static Optional<Origin> authority(String scheme, String text, int from) {
        int end = endOfHost(text, from);
        int port = end == text.length() ? defaultPort(scheme) : portAt(text, end);
        return end == from || port == MALFORMED
                ? Optional.empty()
                : Optional.of(new Origin(scheme, text.substring(from, end).toLowerCase(Locale.ROOT), port));
    }

    private static boolean isScheme(String text, int end) {
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (!isLetter(c) && (i == 0 || !isDigit(c) && c != '+' && c != '.' && c != '-')) {
                return false;
            }
        }
        return true;
    }

    /** Returns where the host ends; its own beginning if there is none. */
    private static int endOfHost(String text, int from) {
        if (text.startsWith("[", from)) {
            int end = from + 1;
            while (end < text.length() && isOfAddress(text.charAt(end))) {
                end++;
            }
            return end > from + 1 && text.startsWith("]", end) ? end + 1 : from;
        }
        int end = from;
        while (end < text.length() && isOfHost(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** Reads a colon and a port up to the end. */
    private static int portAt(String text, int colon) {
        int digits = text.length() - colon - 1;
        if (text.charAt(colon) != ':' || digits < 1 || digits > MAX_PORT_DIGITS) {
            return MALFORMED;
        }
        int port = 0;
        for (int i = colon + 1; i < text.length(); i++) {
            if (!isDigit(text.charAt(i))) {
                return MALFORMED;
            }
            port = port * 10 + text.charAt(i) - '0';
        }
        return port;
    }

    /** In an IPv6 address. */
    private static boolean isOfAddress(char c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == ':' || c == '.';
    }

    private static boolean isOfHost(char c) {
        return c > ' ' && "/?#@:[]".indexOf(c) < 0;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /**
     * Returns whether the value of a Host header means the same host and port. A Host without a port means the default port
     * of the scheme that the client used. Over TLS that is known; on a plain connection a proxy may have ended TLS, so there
     * it is taken to be the origin's.
     */
    boolean isOf(String hostHeader, boolean secure) {
        Origin own = authority(secure ? "https" : scheme, hostHeader, 0).orElse(null);
        return own != null && own.host.equals(host) && own.port == port;
    }

    static int defaultPort(String scheme) {
        return switch (scheme) {
            case "http", "ws" -> 80;
            case "https", "wss" -> 443;
            default -> NO_PORT;
        };
    }
}
