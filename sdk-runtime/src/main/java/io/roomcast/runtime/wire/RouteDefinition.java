package io.roomcast.runtime.wire;

/**
 * A route of some room and the event it stands for.
 *
 * @param route positive
 * @param event 1 to 255 UTF-8 bytes
 */
public record RouteDefinition(int route, String event) {}
