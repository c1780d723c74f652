package io.roomcast.runtime.wire;

/**
 * A route of some room and the event it stands for.
 *
 * @param route positive
 * @param event 1 to 255 UTF-8 bytes
 * @param history whether its messages are in the room's history
 */
public record RouteDefinition(int route, String event, boolean history) {

    /** Of messages that are in no history. */
    public RouteDefinition(int route, String event) {
        this(route, event, false);
    }
}
