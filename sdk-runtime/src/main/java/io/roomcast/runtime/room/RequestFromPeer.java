package io.roomcast.runtime.room;

import static java.util.Objects.requireNonNull;

import io.roomcast.ErrorCode;
import io.roomcast.Message;
import io.roomcast.Refusal;
import io.roomcast.RequestException;
import io.roomcast.runtime.session.PeerRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Asks a room's handler for the answer to a peer's request: {@link #run} in the room's mailbox, the rest on whatever thread the
 * handler answers.
 */
final class RequestFromPeer extends FromPeer {

    private final PeerRequest request;

    RequestFromPeer(LocalRoom room, PeerRequest request, Message message) {
        super(room, request.peer(), message);
        this.request = request;
    }

    @Override
    void handle() {
        if (!request.isOpen()) {
            // It was cancelled, or its time was over, while it waited for its turn.
            return;
        }
        try {
            CompletionStage<Message> answer = requireNonNull(
                    room.handler().onRequest(room.view(), session, message),
                    "onRequest returned null, expected a CompletionStage");
            // A minimal stage is a CompletableFuture too, but not its own, and refuses to be looked at.
            if (answer instanceof CompletableFuture<Message> future
                    && future.toCompletableFuture() == future
                    && !future.isDone()) {
                request.whenAbandoned(() -> room.inMailbox(() -> future.cancel(false)));
            }
            answer.whenComplete(this::answered);
        } catch (RuntimeException | Error failure) {
            failed(failure);
        }
    }

    private void answered(@Nullable Message answer, @Nullable Throwable failure) {
        if (failure != null) {
            failed(failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
            return;
        }
        try {
            Message reply = requireNonNull(answer, "onRequest answered null, expected a Message");
            room.checkSize(reply);
            request.answer(reply);
        } catch (RuntimeException unfit) {
            failed(unfit);
        }
    }

    private void failed(Throwable failure) {
        Refusal refusal =
                failure instanceof RequestException refused ? refused.refusal().orElse(null) : null;
        if (refusal != null && isForPeers(refusal.code())) {
            request.refuse(refusal.code(), refusal.reason());
        } else if (request.isOpen()) {
            room.telemetry().handlerFailed("onRequest of room " + room.name(), failure);
            request.refuse(ErrorCode.HANDLER_FAILED, "the room's handler failed");
        }
    }

    /** A code that another peer chose, and the handler passed on without looking, says nothing to this one. */
    private static boolean isForPeers(int code) {
        return code == ErrorCode.REQUEST_NOT_HANDLED
                || code >= ErrorCode.FIRST_APPLICATION_CODE && code <= ErrorCode.LAST_APPLICATION_CODE;
    }
}
