package io.roomcast.testkit.load;

/**
 * What a peer's program waited for when the connection was lost.
 *
 * @param what {@link Wait#NOTHING} where there is nothing to go on with
 * @param until when it would have given up, or gone on
 * @param planned since when it waited
 */
record Interruption(Wait what, long until, long planned) {

    static final Interruption NONE = new Interruption(Wait.NOTHING, 0, 0);
}
