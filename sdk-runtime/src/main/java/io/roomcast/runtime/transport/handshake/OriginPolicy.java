package io.roomcast.runtime.transport.handshake;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Which web pages may connect. Immutable. */
public final class OriginPolicy {

    private static final String ANY = "*";

    private final boolean required;
    private final boolean anyAllowed;
    private final Set<Origin> allowed = new HashSet<>();

    /**
     * @param allowed origins besides the own host, {@code "https://example.org"}; {@code "*"} allows all
     * @param required whether a handshake must have an Origin, as those of browsers do
     * @throws IllegalArgumentException if one of them is not an origin
     */
    public OriginPolicy(Collection<String> allowed, boolean required) {
        this.required = required;
        this.anyAllowed = allowed.contains(ANY);
        for (String text : allowed) {
            if (!text.equals(ANY)) {
                this.allowed.add(Origin.parse(text)
                        .orElseThrow(() -> new IllegalArgumentException("origin is \"" + text
                                + "\", expected \"*\" or scheme, host and perhaps port, as in"
                                + " \"https://example.org\"")));
            }
        }
    }

    boolean isRequired() {
        return required;
    }

    boolean allows(String origin, String hostHeader, boolean secure) {
        if (anyAllowed) {
            return true;
        }
        Origin known = Origin.parse(origin).orElse(null);
        return known != null && (allowed.contains(known) || known.isOf(hostHeader, secure));
    }
}
