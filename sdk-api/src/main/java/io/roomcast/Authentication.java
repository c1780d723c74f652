package io.roomcast;

import org.jspecify.annotations.Nullable;

/** An {@link Authenticator}'s decision: an identity, or a refusal. */
public final class Authentication {

    private final @Nullable Identity identity;
    private final String reason;

    private Authentication(@Nullable Identity identity, String reason) {
        this.identity = identity;
        this.reason = reason;
    }

    /** Lets the client in. */
    public static Authentication accept(Identity identity) {
        return new Authentication(identity, "");
    }

    /**
     * Refuses it: it gets an error frame with {@link ErrorCode#UNAUTHENTICATED} and this reason, and is closed with
     * {@link CloseCode#UNAUTHENTICATED}.
     */
    public static Authentication refuse(String reason) {
        return new Authentication(null, reason);
    }

    /** Returns the identity; {@code null} when refused. */
    public @Nullable Identity identity() {
        return identity;
    }

    /** Returns why it was refused; empty otherwise. */
    public String reason() {
        return reason;
    }
}
