package io.roomcast.testkit.measure;

/** What has a size of which the spread is kept. */
public enum Size {
    /** Bytes of the payloads sent. */
    SENT_PAYLOAD("sentPayload", "Payload sent", "bytes"),
    /** Bytes of the payloads received. */
    RECEIVED_PAYLOAD("receivedPayload", "Payload received", "bytes"),
    /** Peers in a room, one sample for each room at the time of the most peers. */
    ROOM("room", "Room size", "peers"),
    /** Messages received by a peer over its whole life. */
    RECEIVED_BY_PEER("receivedByPeer", "Messages received by a peer", "messages");

    private final String key;
    private final String title;
    private final String unit;

    Size(String key, String title, String unit) {
        this.key = key;
        this.title = title;
        this.unit = unit;
    }

    /** Returns its name in JSON. */
    public String key() {
        return key;
    }

    /** Returns its name for people. */
    public String title() {
        return title;
    }

    /** Returns its unit. */
    public String unit() {
        return unit;
    }
}
