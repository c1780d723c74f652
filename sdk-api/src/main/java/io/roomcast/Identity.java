package io.roomcast;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who a peer is, as the application's {@link Authenticator} said. Immutable. Never written to logs. */
public final class Identity {

    private static final Identity ANONYMOUS = new Identity(null, Map.of());

    private final @Nullable String userId;
    private final Map<String, String> claims;

    private Identity(@Nullable String userId, Map<String, String> claims) {
        this.userId = userId;
        this.claims = claims;
    }

    /** Returns the identity of somebody unknown. */
    public static Identity anonymous() {
        return ANONYMOUS;
    }

    /** Returns the identity of a user. */
    public static Identity user(String userId) {
        return user(userId, Map.of());
    }

    /** Returns the identity of a user with what else the application wants to know of it, such as its roles. */
    public static Identity user(String userId, Map<String, String> claims) {
        if (userId.isEmpty()) {
            throw new IllegalArgumentException(
                    "userId is empty, expected the id of a user; use anonymous() for nobody");
        }
        return new Identity(userId, Map.copyOf(claims));
    }

    /** Returns the user's id; several peers may have the same. Empty for somebody unknown. */
    public Optional<String> userId() {
        return Optional.ofNullable(userId);
    }

    /** Returns what else is known. */
    public Map<String, String> claims() {
        return claims;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Identity that && userId().equals(that.userId()) && claims.equals(that.claims);
    }

    @Override
    public int hashCode() {
        return 31 * userId().hashCode() + claims.hashCode();
    }

    /** Returns whether it is a user; not which. */
    @Override
    public String toString() {
        return userId == null ? "Identity[anonymous]" : "Identity[user]";
    }
}
