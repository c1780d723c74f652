package io.roomcast.redis;

/** What one message on a channel held, with its signature checked and its header read. */
sealed interface Parcel {

    /** Envelopes for one room, each behind its length. */
    record ForRoom(Origin origin, ByteSource envelopes) implements Parcel {}

    /** Envelopes for one node, each behind its room and its length. */
    record ForNode(Origin origin, ByteSource envelopes) implements Parcel {}

    /**
     * What was just appended to a room's log.
     *
     * @param last the offset of the last frame
     * @param count how many frames there are
     */
    record Log(String epoch, long last, int count, ByteSource frames) implements Parcel {}

    record Alive(Heartbeat heartbeat) implements Parcel {}

    record Bye(Origin origin, long count) implements Parcel {}

    record Probe(long boot, long number) implements Parcel {}

    /** Of a newer version, which knows that we ignore it. */
    record Unknown() implements Parcel {}
}
