package io.roomcast.testkit.scenario;

/**
 * Which room a peer joins.
 *
 * @param pattern a room's name, in which {@code {}} stands for what the feeder draws
 * @param feeder draws it
 */
public record RoomChoice(String pattern, Feeder feeder) {

    public RoomChoice {
        Checks.name("pattern", pattern);
        boolean placed = pattern.contains("{}");
        if (!placed && feeder.keys() > 1) {
            throw new IllegalArgumentException("pattern is \"" + pattern + "\", expected a {} in it: the feeder has "
                    + feeder.keys() + " names to put there");
        }
    }

    /** One room for everybody. */
    public static RoomChoice of(String name) {
        return new RoomChoice(name, Feeder.one());
    }

    /** A room for each key. */
    public static RoomChoice of(String pattern, Feeder feeder) {
        return new RoomChoice(pattern, feeder);
    }

    /** Returns the room's name for a key. */
    public String name(int key) {
        return pattern.replace("{}", feeder.text(key));
    }
}
