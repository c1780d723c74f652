package io.roomcast;

/**
 * What a peer said when it asked to join.
 *
 * @param message event {@code "join"} and the payload of the request, empty when there was none
 */
public record JoinRequest(Message message) {}
