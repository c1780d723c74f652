package io.roomcast.samples.tracker.room;

import io.roomcast.samples.tracker.swarm.AnnounceInterval;
import java.time.Duration;
import java.util.Set;

/**
 * The bounds of a tracker.
 *
 * @param streams the streams that exist; a room of any other name is refused
 * @param interval how often viewers announce
 * @param offerTimeout how long two viewers may signal to each other after they were introduced
 * @param mostWanted the most partners one announce gets
 * @param swarmCapacity viewers of one stream that a node remembers
 * @param announceBurst announces of one viewer at once; one more a second after that
 */
public record TrackerSettings(
        Set<String> streams,
        AnnounceInterval interval,
        Duration offerTimeout,
        int mostWanted,
        int swarmCapacity,
        int announceBurst) {

    /** Returns the settings of the sample for one stream: announces every 4 s to 2 min, offers dead after 50 s. */
    public static TrackerSettings of(String stream) {
        return new TrackerSettings(
                Set.of(stream),
                new AnnounceInterval(Duration.ofSeconds(4), Duration.ofMinutes(2), 200),
                Duration.ofSeconds(50),
                8,
                10_000,
                6);
    }
}
