package io.roomcast.samples.tracker.room;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.roomcast.samples.tracker.swarm.PartnerChoice;
import io.roomcast.samples.tracker.swarm.Place;
import io.roomcast.samples.tracker.swarm.Viewer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer says of itself every few seconds, and how many partners it wants.
 *
 * @param want how many partners it wants now; more than {@link TrackerSettings#mostWanted()} counts as that many
 * @param choice how to choose them; random when left out
 * @param known whom not to introduce it to: its links, those it is connecting to, those that failed; at most 64
 * @param place where it is, in milliseconds; the origin when left out
 * @param held how many segments it has
 * @param complete whether it has all
 * @param open how many more partners it takes
 * @param links the peers it has a data channel to
 * @param fromPeers bytes of the stream it got from other viewers
 * @param fromServer bytes of the stream it got from the server
 */
record Announce(
        int want,
        PartnerChoice choice,
        Set<String> known,
        Place place,
        int held,
        boolean complete,
        int open,
        List<String> links,
        long fromPeers,
        long fromServer) {

    private static final int MOST_KNOWN = 64;
    private static final String ANY_ID = "0000000000000000";

    Announce {
        Viewer.checkRange("want", want, 0, 1_000);
        Viewer.checkRange("known", known.size(), 0, MOST_KNOWN);
        known.forEach(id -> Viewer.checkPeerId("known", id));
        // A viewer checks the rest: now, while the message can still be refused.
        new Viewer(ANY_ID, "any", place, held, complete, open, links, fromPeers, fromServer);
    }

    @JsonCreator
    static Announce of(
            @JsonProperty("want") int want,
            @JsonProperty("choice") @Nullable PartnerChoice choice,
            @JsonProperty("known") @Nullable Set<String> known,
            @JsonProperty("place") @Nullable Place place,
            @JsonProperty("held") int held,
            @JsonProperty("complete") boolean complete,
            @JsonProperty("open") int open,
            @JsonProperty("links") @Nullable List<String> links,
            @JsonProperty("fromPeers") long fromPeers,
            @JsonProperty("fromServer") long fromServer) {
        return new Announce(
                want,
                choice == null ? PartnerChoice.RANDOM : choice,
                known == null ? Set.of() : known,
                place == null ? Place.ORIGIN : place,
                held,
                complete,
                open,
                links == null ? List.of() : links,
                fromPeers,
                fromServer);
    }

    /** Returns the viewer that announced this. */
    Viewer viewer(String id, String node) {
        return new Viewer(id, node, place, held, complete, open, links, fromPeers, fromServer);
    }
}
