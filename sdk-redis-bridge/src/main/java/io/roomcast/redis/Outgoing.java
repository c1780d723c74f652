package io.roomcast.redis;

import io.roomcast.RoomcastException;
import io.roomcast.bridge.Appended;
import io.roomcast.bridge.Retention;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;

/** Something that waits for Redis in a lane. It ends once: it is taken over, or it fails. */
abstract sealed class Outgoing {

    /** Beside its bytes, roughly. */
    private static final int OVERHEAD = 128;

    /** How often a script that Redis does not know is loaded for something, at most. */
    private static final int MOST_LOADINGS = 4;

    final int size;
    /** Below: of the lane's thread. */
    private int loadings;

    private boolean waits;
    private long waitsUntil;

    private Outgoing(int bytes) {
        this.size = bytes + OVERHEAD;
    }

    /** Redis did not know its script. Returns whether that is to be loaded once more. */
    final boolean isWorthLoading() {
        return ++loadings < MOST_LOADINGS;
    }

    /** Redis did not execute it, and is to be asked again until then. The first time counts. */
    final void waitUntil(long nanos) {
        if (!waits) {
            waits = true;
            waitsUntil = nanos;
        }
    }

    final boolean isOver(long now) {
        return waits && waitsUntil - now <= 0;
    }

    /** It has failed. Not called by the thread that offered it. */
    abstract void fail(RoomcastException why);

    /** Returns whether nobody would be called by its end. */
    abstract boolean isUnheard();

    /** Something whose end completes a future. */
    abstract static sealed class Promised<T> extends Outgoing {
        final CompletableFuture<T> done = new CompletableFuture<>();

        Promised(int size) {
            super(size);
        }

        @Override
        final void fail(RoomcastException why) {
            done.completeExceptionally(why);
        }

        @Override
        final boolean isUnheard() {
            return done.getNumberOfDependents() == 0;
        }
    }

    /** An envelope for whoever wants the room, or for one node. */
    static final class Envelope extends Promised<Void> {
        final String room;
        /** Null = for whoever wants the room. */
        final @Nullable Origin to;

        final byte[] bytes;

        Envelope(String room, @Nullable Origin to, byte[] bytes) {
            super(bytes.length + room.length());
            this.room = room;
            this.to = to;
            this.bytes = bytes;
        }
    }

    /** An envelope for a room's log. */
    static final class Append extends Promised<Appended> {
        final String room;
        final Retention retention;
        final @Nullable String messageId;
        final byte[] bytes;

        Append(String room, Retention retention, @Nullable String messageId, byte[] bytes) {
            super(bytes.length + room.length());
            this.room = room;
            this.retention = retention;
            this.messageId = messageId;
            this.bytes = bytes;
        }
    }

    /** A command of the bridge's own. */
    static final class Command extends Outgoing {
        final boolean urgent;
        /** Makes the command; told what server it is for. */
        final Function<RedisConnection.Facts, CommandArguments> arguments;

        final Consumer<@Nullable Object> replied;
        final Consumer<RoomcastException> failed;

        Command(
                boolean urgent,
                int bytes,
                Function<RedisConnection.Facts, CommandArguments> arguments,
                Consumer<@Nullable Object> replied,
                Consumer<RoomcastException> failed) {
            super(bytes);
            this.urgent = urgent;
            this.arguments = arguments;
            this.replied = replied;
            this.failed = failed;
        }

        @Override
        void fail(RoomcastException why) {
            failed.accept(why);
        }

        @Override
        boolean isUnheard() {
            return true;
        }
    }
}
