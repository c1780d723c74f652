package io.roomcast.testkit.socket;

/** A frame of a client before it is sent, and for as long as it may have to be sent again: by other numbers then, perhaps. Belongs to its peer's thread. */
@FunctionalInterface
interface Words {

    /** Writes it by the numbers that hold now; writes nothing and returns false when its room is not there any more. */
    boolean write(Encoding encoding, Draft to);
}
