package io.roomcast;

/**
 * Why something that a peer asked for did not happen, as the client is told.
 *
 * @param code one of {@link ErrorCode}, or 1000 to 1999 for an application's own
 * @param reason for people
 */
public record Refusal(int code, String reason) {}
