package io.roomcast;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises ICE candidates in payloads whose form is the application's: text that has one candidate line (RFC 8839 section
 * 5.1) somewhere, bare or in JSON. When in doubt it says no: what is not a candidate is not held, and nothing depends on holding.
 */
final class IceCandidates {

    private static final String CANDIDATE_LINE = "candidate:";

    /**
     * What only session descriptions have: how each begins (RFC 8866 section 5.1), also where {@code =} is escaped; the name that
     * browsers give it in JSON; the password that each has with ICE (RFC 8839 section 5.4).
     */
    private static final List<String> DESCRIPTION = List.of("v=0", "v\\u003d0", "\"sdp\"", "ice-pwd");

    private static final Pattern FRAGMENT = Pattern.compile("\"usernameFragment\"\\s*:\\s*\"([^\"\\\\]*)\"");
    private static final Pattern EXTENSION = Pattern.compile(" ufrag ([A-Za-z0-9+/]+)");

    private IceCandidates() {}

    static boolean isCandidate(Message message) {
        String text = text(message);
        return text.contains(CANDIDATE_LINE) && DESCRIPTION.stream().noneMatch(text::contains);
    }

    /** Returns the username fragment to which a candidate belongs, empty if it does not say. */
    static String generation(Message message) {
        String text = text(message);
        Matcher fragment = FRAGMENT.matcher(text);
        if (!fragment.find()) {
            fragment = EXTENSION.matcher(text);
            if (!fragment.find()) {
                return "";
            }
        }
        return fragment.group(1);
    }

    /** Latin-1 keeps every byte, and what is looked for is ASCII. */
    private static String text(Message message) {
        return new String(message.bytes(), StandardCharsets.ISO_8859_1);
    }
}
