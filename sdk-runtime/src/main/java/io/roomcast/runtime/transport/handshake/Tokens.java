package io.roomcast.runtime.transport.handshake;

import java.util.List;

/** Looks for tokens in header values that are comma-separated lists, RFC 9110 section 5.6.1, without taking the lists apart. */
final class Tokens {

    private Tokens() {}

    static boolean contain(List<String> values, String token) {
        return contain(values, token, false);
    }

    static boolean containIgnoringCase(List<String> values, String token) {
        return contain(values, token, true);
    }

    private static boolean contain(List<String> values, String token, boolean ignoringCase) {
        for (int i = 0; i < values.size(); i++) {
            if (contains(values.get(i), token, ignoringCase)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(String value, String token, boolean ignoringCase) {
        int from = 0;
        while (from <= value.length()) {
            int comma = value.indexOf(',', from);
            int end = comma < 0 ? value.length() : comma;
            int first = from;
            int last = end;
            while (first < last && Character.isWhitespace(value.charAt(first))) {
                first++;
            }
            while (last > first && Character.isWhitespace(value.charAt(last - 1))) {
                last--;
            }
            if (last - first == token.length() && value.regionMatches(ignoringCase, first, token, 0, token.length())) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }
}
