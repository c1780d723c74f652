package io.roomcast.runtime.wire;

/**
 * What stands for a room on the wire: its number in one format, its name in the other.
 *
 * @param number positive
 * @param name 1 to 255 UTF-8 bytes
 */
public record RoomKey(int number, String name) {}
