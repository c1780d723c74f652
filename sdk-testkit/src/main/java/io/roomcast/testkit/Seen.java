package io.roomcast.testkit;

import java.time.Duration;
import java.util.Locale;

/**
 * One thing that a peer saw.
 *
 * @param at when, from the start of the cluster on its clock
 * @param kind what it was
 * @param room the room it concerns, empty for none
 * @param text the rest of it, for people; payloads are cut short
 */
public record Seen(Duration at, Kind kind, String room, String text) {

    /** What peers see. */
    public enum Kind {
        /** The server took it in as a peer. */
        WELCOME(false),
        /** It is in a room. */
        JOINED(false),
        /** It is no longer in a room. */
        LEFT(true),
        /** A message, in a room or outside. */
        MESSAGE(true),
        /** The server, or another peer through it, wants an answer. */
        REQUEST(true),
        /** An answer to a request of the peer, or why there is none. */
        REPLY(true),
        /** Nobody waits any more for the answer to a request that it got. */
        CANCEL(true),
        /** Messages were lost between nodes. */
        GAP(true),
        /** Something it did was refused. */
        ERROR(true),
        /** The node is about to close the connection. */
        GO_AWAY(true),
        /** The connection has ended. */
        CLOSED(true),
        /** Any other frame. */
        OTHER(false);

        private final boolean news;

        Kind(boolean news) {
            this.news = news;
        }

        /** Returns whether {@link Expectations#expectNothing()} and strict peers object to it. */
        boolean isNews() {
            return news;
        }
    }

    /** Returns it as one line: {@code 0.125 s  message  said in chat/jazz from bob: "hello"}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%9.3f s  %-8s %s",
                at.toNanos() / 1e9,
                kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                text);
    }
}
