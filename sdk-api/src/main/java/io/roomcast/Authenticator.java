package io.roomcast;

import java.util.concurrent.CompletionStage;

/**
 * Decides who may connect. Called once for every connection, when its {@code hello} has arrived, on an IO thread: an
 * authenticator must not block there; it returns a stage and completes it later. Nothing else from the peer is looked at
 * until then; the hello timeout ({@link Limits#helloTimeout()}) goes on.
 */
@FunctionalInterface
public interface Authenticator {

    /**
     * Decides about one connection.
     *
     * @return completes with the decision. Completing exceptionally, or throwing, refuses the peer with
     *     {@link ErrorCode#UNAUTHENTICATED} and is reported to {@link RoomcastListener#handlerFailed}.
     */
    CompletionStage<Authentication> authenticate(AuthenticationRequest request);
}
