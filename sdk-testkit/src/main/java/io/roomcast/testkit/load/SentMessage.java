package io.roomcast.testkit.load;

import org.jspecify.annotations.Nullable;

/** A message of this process, and to whom of its peers it has come. Belongs to the run's thread. */
final class SentMessage {
    final int sender;
    final int serial;
    final RoomView room;
    final @Nullable LoadPeer only;
    final int phase;
    final int node;
    final long planned;
    final long sent;
    /** The same, in the time in which the run could look. */
    final long since;

    final long departures;
    final int owed;
    int arrived;
    int extra;

    SentMessage(
            int sender,
            int serial,
            RoomView room,
            @Nullable LoadPeer only,
            int node,
            int phase,
            long planned,
            long sent,
            long since,
            int owed) {
        this.sender = sender;
        this.serial = serial;
        this.room = room;
        this.only = only;
        this.node = node;
        this.phase = phase;
        this.planned = planned;
        this.sent = sent;
        this.since = since;
        this.departures = room.departures;
        this.owed = owed;
    }
}
