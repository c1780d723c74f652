package io.roomcast.runtime;

import io.roomcast.Authentication;
import io.roomcast.Authenticator;
import io.roomcast.Identity;
import io.roomcast.Limits;
import io.roomcast.bridge.Bridge;
import io.roomcast.runtime.room.RoomKinds;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a node is besides its world and its transport.
 *
 * @param kinds the rooms it serves
 * @param bridge joins it to others; null = a cluster of one
 */
public record NodeSettings(
        RoomKinds kinds,
        Limits limits,
        Authenticator authenticator,
        @Nullable Bridge bridge) {

    /**
     * Checks what only shows when everything is known.
     *
     * @throws IllegalArgumentException if a delivery policy holds more than a peer's budget allows, or if rooms keep a history and there
     *     is no bridge to keep it
     */
    public NodeSettings {
        kinds.check(limits);
        if (bridge == null && kinds.keepHistory()) {
            throw new IllegalArgumentException("rooms keep a history and bridge is null, expected one that keeps it");
        }
    }

    /** Lets everybody in. */
    public static final Authenticator EVERYBODY =
            request -> CompletableFuture.completedFuture(Authentication.accept(Identity.anonymous()));
}
