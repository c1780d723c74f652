package io.roomcast.benchmarks.server;

import java.util.Locale;

/** Who gets what a peer says in a room. The first part of the room's name says it: {@code relay/17}. */
enum RoomKind {
    /** Everybody in the room, the sender included. */
    REPEAT,
    /** Everybody but the sender. */
    RELAY,
    /** The sender alone: an answer. */
    ECHO;

    /**
     * Reads a room's name.
     *
     * @param room with or without a slash in front, as it stands in a request path
     */
    static RoomKind of(String room) {
        String name = room.startsWith("/") ? room.substring(1) : room;
        int slash = name.indexOf('/');
        if (slash > 0) {
            String prefix = name.substring(0, slash).toUpperCase(Locale.ROOT);
            for (RoomKind kind : values()) {
                if (kind.name().equals(prefix)) {
                    return kind;
                }
            }
        }
        throw new IllegalArgumentException(
                "room is \"" + room + "\", expected a name that begins with repeat/, relay/ or echo/");
    }
}
