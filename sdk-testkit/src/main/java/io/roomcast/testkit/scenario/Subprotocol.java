package io.roomcast.testkit.scenario;

/** How a client and the server write what they say. */
public enum Subprotocol {
    /** {@code roomcast.v1.protobuf}. */
    PROTOBUF("roomcast.v1.protobuf"),
    /** {@code roomcast.v1.json}. */
    JSON("roomcast.v1.json");

    private final String id;

    Subprotocol(String id) {
        this.id = id;
    }

    /** Returns its name on the wire. */
    public String id() {
        return id;
    }
}
