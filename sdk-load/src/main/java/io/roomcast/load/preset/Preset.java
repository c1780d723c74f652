package io.roomcast.load.preset;

import io.roomcast.RoomHandler;
import io.roomcast.RoomOptions;
import io.roomcast.RoomcastBuilder;
import io.roomcast.testkit.scenario.Scenario;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A kind of application: what its peers do, what its server does, and what may be asked of it. */
public enum Preset {
    /** Rooms of ten in which people write to each other. */
    CHAT("rooms of ten in which people write to each other", new Chat()),
    /** Peers of a video CDN that find partners and exchange offers and candidates with them. */
    TRACKER("WebRTC peers that find partners and signal to them", new Tracker()),
    /** Prices that a server tells to whoever watches. */
    QUOTES("prices that a server tells to whoever watches", new Quotes()),
    /** Orders that are confirmed, and fills that are told. */
    ORDERS("orders that are confirmed, and fills that are told", new Orders()),
    /** Peers that each hear themselves. */
    ECHO("peers that each hear themselves: what many connections take", new Echo());

    private final String description;
    private final Kind kind;

    Preset(String description, Kind kind) {
        this.description = description;
        this.kind = kind;
    }

    /** What a preset is made of. */
    interface Kind {

        Scenario scenario(String name, Shape shape);

        /** Returns the pattern of its rooms. */
        String pattern();

        /** Returns a new handler, for one node. What it starts ends with the JVM. */
        RoomHandler handler();

        /** Returns whether its server reads no clock and starts no thread of its own, so that it runs in virtual time too. */
        default boolean isVirtual() {
            return false;
        }

        List<String> objectives();
    }

    /** Finds one by its name in lower case. */
    public static Preset named(String name) {
        return Arrays.stream(values())
                .filter(preset -> preset.key().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no preset \"" + name + "\", expected one of "
                        + Arrays.stream(values()).map(Preset::key).collect(Collectors.joining(", "))));
    }

    /** Returns its name as it is typed. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns what it is, in a few words. */
    public String description() {
        return description;
    }

    /** Returns what its peers do. */
    public Scenario scenario(Shape shape) {
        return kind.scenario(key(), shape);
    }

    /** Returns whether it runs in virtual time too. */
    public boolean isVirtual() {
        return kind.isVirtual();
    }

    /** Returns the pattern of its rooms. */
    public String pattern() {
        return kind.pattern();
    }

    /** Returns a new handler, for one node. */
    public RoomHandler handler() {
        return kind.handler();
    }

    /** Returns the options of its rooms. */
    public RoomOptions options() {
        return RoomOptions.builder().nonBlocking().build();
    }

    /** Gives a node what its server is. */
    public void declare(RoomcastBuilder node) {
        node.room(pattern(), handler(), options());
    }

    /** Returns what is asked of a run if nothing else is said. */
    public List<String> objectives() {
        return kind.objectives();
    }
}
