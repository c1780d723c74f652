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
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a room's handler for the answer to a peer's request: {@link #run} in the room's mailbox, the rest on whatever thread the
 * handler answers.
 */
final class HandlerAnswer implements Runnable {

    private final PeerRequest request;
    private final Supplier<CompletionStage<Message>> handler;
    private final Rooms rooms;
    private final String room;
    private final Consumer<Runnable> mailbox;

    HandlerAnswer(
            PeerRequest request,
            Supplier<CompletionStage<Message>> handler,
            Rooms rooms,
            String room,
            Consumer<Runnable> mailbox) {
        this.request = request;
        this.handler = handler;
        this.rooms = rooms;
        this.room = room;
        this.mailbox = mailbox;
    }

    @Override
    public void run() {
        if (!request.isOpen()) {
            // It was cancelled, or its time was over, while it waited for its turn.
            return;
        }
        try {
            CompletionStage<Message> answer =
                    requireNonNull(handler.get(), "onRequest returned null, expected a CompletionStage");
            // A minimal stage is a CompletableFuture too, but not its own, and refuses to be looked at.
            if (answer instanceof CompletableFuture<Message> future
                    && future.toCompletableFuture() == future
                    && !future.isDone()) {
                request.whenAbandoned(() -> mailbox.accept(() -> future.cancel(false)));
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
            Message message = requireNonNull(answer, "onRequest answered null, expected a Message");
            rooms.checkSize(message);
            request.answer(message);
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
            rooms.telemetry().handlerFailed("onRequest of room " + room, failure);
            request.refuse(ErrorCode.HANDLER_FAILED, "the room's handler failed");
        }
    }

    /** A code that another peer chose, and the handler passed on without looking, says nothing to this one. */
    private static boolean isForPeers(int code) {
        return code == ErrorCode.REQUEST_NOT_HANDLED
                || code >= ErrorCode.FIRST_APPLICATION_CODE && code <= ErrorCode.LAST_APPLICATION_CODE;
    }
}
