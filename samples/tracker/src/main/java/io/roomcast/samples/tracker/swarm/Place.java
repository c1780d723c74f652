package io.roomcast.samples.tracker.swarm;

/**
 * A network coordinate: viewers place themselves so that the distance between two of them is about the round trip between
 * them in milliseconds (Dabek et al., "Vivaldi: A Decentralized Network Coordinate System", SIGCOMM 2004). A viewer learns
 * its place from the round trips it measures on its data channels; nobody needs to know where it is on the earth.
 *
 * @param x within ±{@value #MOST}
 * @param y within ±{@value #MOST}
 */
public record Place(double x, double y) {

    /** The largest coordinate accepted, in milliseconds. */
    public static final double MOST = 10_000;

    /** Where everybody starts. */
    public static final Place ORIGIN = new Place(0, 0);

    public Place {
        checked("place.x", x);
        checked("place.y", y);
    }

    /** Returns the estimated round trip to another place in milliseconds. */
    public double distanceTo(Place other) {
        return Math.hypot(x - other.x, y - other.y);
    }

    private static void checked(String name, double value) {
        if (!(Math.abs(value) <= MOST)) {
            throw new IllegalArgumentException(name + " is " + value + ", expected -10000 to 10000");
        }
    }
}
