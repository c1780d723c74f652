package io.roomcast.samples.tracker.swarm;

import java.util.List;
import java.util.Locale;

/** Makes viewers for tests. */
public final class Viewers {

    private final String id;
    private String node = "A";
    private Place place = Place.ORIGIN;
    private boolean complete;
    private int open = 4;
    private long fromPeers;
    private long fromServer;

    private Viewers(String id) {
        this.id = id;
    }

    public static Viewers viewer(int number) {
        return new Viewers(id(number));
    }

    public static String id(int number) {
        return String.format(Locale.ROOT, "viewer-%09d", number);
    }

    public Viewers node(String name) {
        this.node = name;
        return this;
    }

    Viewers at(double x, double y) {
        this.place = new Place(x, y);
        return this;
    }

    Viewers open(int places) {
        this.open = places;
        return this;
    }

    Viewers complete() {
        this.complete = true;
        return this;
    }

    Viewers bytes(long peers, long server) {
        this.fromPeers = peers;
        this.fromServer = server;
        return this;
    }

    public Viewer build() {
        return new Viewer(id, node, place, complete ? 48 : 3, complete, open, List.of(), fromPeers, fromServer);
    }
}
