package io.roomcast.samples.tracker.room;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.roomcast.Codec;
import io.roomcast.runtime.codec.JacksonCodec;
import io.roomcast.samples.tracker.swarm.SwarmStats;
import io.roomcast.samples.tracker.swarm.Viewer;
import java.util.List;

/** The events of a tracker room and what they carry. {@code README.md} has them as a table. */
final class Events {

    /** Viewer to tracker: {@link Announce}. */
    static final String ANNOUNCE = "announce";
    /** Tracker to viewer, the answer to an announce: {@link Partners}. */
    static final String PARTNERS = "partners";
    /** Tracker to viewer, unasked: the viewer that was given this one as a partner. */
    static final String INTRODUCED = "introduced";
    /** Viewer to viewer, relayed: a description or candidates. The tracker does not read them. */
    static final String SIGNAL = "signal";
    /** Viewer to viewer, relayed: no, thanks. */
    static final String DECLINE = "decline";
    /** Tracker to viewer: {@link Refused}. */
    static final String REFUSED = "refused";

    /** Node to nodes: who watches? */
    static final String SWARM_ASK = "swarm-ask";
    /** Node to node or nodes: {@link Sighting}. */
    static final String SWARM_HERE = "swarm-here";
    /** Node to nodes: the id of a viewer that left. */
    static final String SWARM_GONE = "swarm-gone";
    /** Node to node: {@link Introduction}. */
    static final String INTRODUCE = "introduce";

    /** Passes over unknown fields, so that pages and nodes of different versions get along. */
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    static final Codec<Announce> ANNOUNCES = JacksonCodec.of(MAPPER, Announce.class);
    static final Codec<Viewer> VIEWERS = JacksonCodec.of(MAPPER, Viewer.class);
    static final Codec<Joined> JOINED = JacksonCodec.of(MAPPER, Joined.class);
    static final Codec<Partners> ANSWERS = JacksonCodec.of(MAPPER, Partners.class);
    static final Codec<Refused> REFUSALS = JacksonCodec.of(MAPPER, Refused.class);
    static final Codec<Sighting> SIGHTINGS = JacksonCodec.of(MAPPER, Sighting.class);
    static final Codec<Introduction> INTRODUCTIONS = JacksonCodec.of(MAPPER, Introduction.class);

    private Events() {}

    /**
     * The snapshot that a viewer gets when it joins.
     *
     * @param node the name of the node that serves it
     * @param nodes the pages of the cluster
     * @param offerTimeoutMs how long two viewers may signal after they were introduced
     * @param mostWanted the most partners one announce gets
     * @param stats the swarm without the viewer
     */
    record Joined(
            String node, List<NodeDirectory.Entry> nodes, long offerTimeoutMs, int mostWanted, SwarmStats stats) {}

    /**
     * The answer to an announce.
     *
     * @param partners whom to connect to; each of them was told
     * @param swarm some of the swarm, for the picture
     * @param stats the swarm
     * @param intervalMs when to announce again
     */
    record Partners(List<Viewer> partners, List<Viewer> swarm, SwarmStats stats, long intervalMs) {}

    /**
     * Why something was not done.
     *
     * @param event what was asked
     * @param to for whom; empty when for nobody in particular
     * @param reason for people
     */
    record Refused(String event, String to, String reason) {}

    /**
     * Viewers of the node that tells.
     *
     * @param goodForMs how long to remember them
     */
    record Sighting(List<Viewer> viewers, long goodForMs) {}

    /**
     * A viewer of the telling node was given a partner on the told node.
     *
     * @param viewer who
     * @param to the id of the partner
     */
    record Introduction(Viewer viewer, String to) {}
}
