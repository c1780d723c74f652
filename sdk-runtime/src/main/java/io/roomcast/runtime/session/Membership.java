package io.roomcast.runtime.session;

/** That a session is in a room, or on its way in. The floor above keeps its own things in it. */
public interface Membership {

    /** Returns the room's name. */
    String roomName();

    /** Returns the room's number on the wire. */
    int roomNumber();

    /** Returns whether the session has been told that it is in. */
    boolean isActive();
}
