package io.roomcast.testkit;

/** An error frame as a peer got it. */
public record ReceivedError(int code, String text, int ref, boolean terminal, String room) {}
