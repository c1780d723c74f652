package io.roomcast.samples.tracker.room;

import io.roomcast.CodecException;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Room;
import io.roomcast.samples.tracker.swarm.Allowance;
import io.roomcast.samples.tracker.swarm.AnnounceInterval;
import io.roomcast.samples.tracker.swarm.Introductions;
import io.roomcast.samples.tracker.swarm.Swarm;
import io.roomcast.samples.tracker.swarm.Viewer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * One stream's swarm on one node, from the first viewer here to the last.
 *
 * <p><b>Replication.</b> Every node keeps the whole swarm, as far as it fits, and nobody owns it. A node that opens the room
 * asks the others who watches; after that each announce and each farewell is told to them. A tell may be lost: the next
 * announce of the same viewer repeats all there is to know, and a viewer that no announce renews is forgotten. So the
 * replicas differ for at most an interval or two, and what a viewer gets from a stale one is a partner that does not answer.
 *
 * <p><b>Glare.</b> Whoever is introduced is introduced both ways, and of each pair the one with the lesser id makes the offer.
 * Two viewers that get each other as partners at the same moment on two nodes come to the same rule from both sides: one
 * offer, never two.
 *
 * <p>Runs in its room's mailbox and is touched by nothing else.
 */
final class StreamRoom {

    /** Viewers told about in one message between nodes. */
    static final int VIEWERS_PER_TELL = 100;

    /** Viewers of the swarm shown to each viewer. */
    static final int VIEWERS_SHOWN = 40;

    private static final int INTRODUCTIONS_PER_VIEWER = 4;
    private static final long LONGEST_MEMORY_MILLIS = 600_000;
    private static final long ANNOUNCE_REFILL_MILLIS = 1_000;

    private final Room room;
    private final String node;
    private final TrackerSettings settings;
    private final NodeDirectory directory;
    private final LongSupplier clockMillis;
    private final Swarm swarm;
    private final Introductions introductions;

    /** One for each viewer in the room here that ever announced. */
    private final Map<String, Allowance> allowances = new HashMap<>();

    StreamRoom(
            Room room,
            String node,
            TrackerSettings settings,
            NodeDirectory directory,
            LongSupplier clockMillis,
            RandomGenerator random) {
        this.room = room;
        this.node = node;
        this.settings = settings;
        this.directory = directory;
        this.clockMillis = clockMillis;
        this.swarm = new Swarm(settings.swarmCapacity(), clockMillis, random);
        this.introductions = new Introductions(
                settings.offerTimeout(), settings.swarmCapacity() * INTRODUCTIONS_PER_VIEWER, clockMillis);
    }

    void ask() {
        room.tellNodes(Message.of(Events.SWARM_ASK));
    }

    Events.Joined joined() {
        swarm.expire();
        return new Events.Joined(
                node, directory.entries(), settings.offerTimeout().toMillis(), settings.mostWanted(), swarm.stats());
    }

    void heard(Peer peer, Message message) {
        switch (message.event()) {
            case Events.ANNOUNCE -> announced(peer, message);
            case Events.SIGNAL, Events.DECLINE -> relay(peer, message);
            default -> refuse(peer, message, "no such event");
        }
    }

    void left(Peer peer) {
        allowances.remove(peer.id());
        if (swarm.remove(Swarm.HERE, peer.id())) {
            room.tellNodes(Message.of(Events.SWARM_GONE, peer.id()));
        }
    }

    void told(String nodeId, Message message) {
        switch (message.event()) {
            case Events.SWARM_ASK -> answer(nodeId);
            case Events.SWARM_HERE -> sighted(nodeId, message.decode(Events.SIGHTINGS));
            case Events.SWARM_GONE -> swarm.remove(nodeId, message.text());
            case Events.INTRODUCE -> introducedElsewhere(nodeId, message.decode(Events.INTRODUCTIONS));
            default -> {
                // A newer node says what this one does not know: let it.
            }
        }
    }

    void lost(String nodeId) {
        swarm.removeOrigin(nodeId);
    }

    private void announced(Peer peer, Message message) {
        Allowance allowance = allowances.computeIfAbsent(
                peer.id(), id -> new Allowance(settings.announceBurst(), ANNOUNCE_REFILL_MILLIS, clockMillis));
        if (!allowance.take()) {
            refuse(peer, message, "announced too often");
            return;
        }
        Announce announce;
        try {
            announce = message.decode(Events.ANNOUNCES);
        } catch (CodecException malformed) {
            refuse(peer, message, reasonOf(malformed));
            return;
        }
        swarm.expire();
        Viewer viewer = announce.viewer(peer.id(), node);
        Duration interval = settings.interval().of(swarm.size());
        Duration goodFor = AnnounceInterval.memory(interval);
        swarm.put(Swarm.HERE, viewer, goodFor);
        room.tellNodes(Message.of(
                Events.SWARM_HERE, Events.SIGHTINGS, new Events.Sighting(List.of(viewer), goodFor.toMillis())));

        List<Viewer> partners = announce.choice()
                .choose(
                        swarm,
                        viewer,
                        Math.min(announce.want(), settings.mostWanted()),
                        candidate -> !announce.known().contains(candidate.id()));
        partners.forEach(partner -> introduce(viewer, partner));

        Events.Partners answer = new Events.Partners(
                partners,
                swarm.sample(VIEWERS_SHOWN, shown -> !shown.id().equals(viewer.id())),
                swarm.stats(),
                interval.toMillis());
        room.broadcast(Events.PARTNERS, Events.ANSWERS, answer)
                .toPeers(peer.id())
                .send();
    }

    private void introduce(Viewer viewer, Viewer partner) {
        introductions.open(viewer.id(), partner.id());
        swarm.introduced(viewer.id());
        swarm.introduced(partner.id());
        String origin = swarm.originOf(partner.id()).orElse(Swarm.HERE);
        if (origin.equals(Swarm.HERE)) {
            tellOfPartner(viewer, partner.id());
        } else {
            // Its node must know of the pair before a signal of it arrives there.
            room.tellNode(
                    origin,
                    Message.of(Events.INTRODUCE, Events.INTRODUCTIONS, new Events.Introduction(viewer, partner.id())));
        }
    }

    private void introducedElsewhere(String nodeId, Events.Introduction introduction) {
        Viewer viewer = introduction.viewer();
        boolean watchesHere =
                swarm.originOf(introduction.to()).filter(Swarm.HERE::equals).isPresent();
        if (!watchesHere
                || swarm.originOf(viewer.id()).filter(Swarm.HERE::equals).isPresent()) {
            return;
        }
        if (swarm.originOf(viewer.id()).isEmpty()) {
            swarm.put(
                    nodeId, viewer, AnnounceInterval.memory(settings.interval().shortest()));
        }
        introductions.open(viewer.id(), introduction.to());
        swarm.introduced(introduction.to());
        tellOfPartner(viewer, introduction.to());
    }

    private void tellOfPartner(Viewer viewer, String to) {
        room.broadcast(Events.INTRODUCED, Events.VIEWERS, viewer).toPeers(to).send();
    }

    private void relay(Peer peer, Message message) {
        String to = message.to().orElse("");
        if (!introductions.isOpen(peer.id(), to)) {
            refuse(peer, message, "not introduced, or longer ago than an offer lives");
            return;
        }
        if (message.event().equals(Events.DECLINE)) {
            introductions.close(peer.id(), to);
        }
        room.broadcast(message).toPeers(to).from(peer).send();
    }

    private void answer(String nodeId) {
        long goodFor =
                AnnounceInterval.memory(settings.interval().of(swarm.size())).toMillis();
        List<Viewer> viewers = swarm.ofOrigin(Swarm.HERE);
        for (int from = 0; from < viewers.size(); from += VIEWERS_PER_TELL) {
            List<Viewer> some = viewers.subList(from, Math.min(from + VIEWERS_PER_TELL, viewers.size()));
            room.tellNode(nodeId, Message.of(Events.SWARM_HERE, Events.SIGHTINGS, new Events.Sighting(some, goodFor)));
        }
    }

    private void sighted(String nodeId, Events.Sighting sighting) {
        Duration goodFor = Duration.ofMillis(Math.min(sighting.goodForMs(), LONGEST_MEMORY_MILLIS));
        for (Viewer viewer : sighting.viewers()) {
            boolean mine =
                    swarm.originOf(viewer.id()).filter(Swarm.HERE::equals).isPresent();
            if (!mine) {
                swarm.put(nodeId, viewer, goodFor);
            }
        }
    }

    /** What a record said against its values, if that was it. */
    private static String reasonOf(CodecException malformed) {
        Throwable cause = malformed.getCause();
        while (cause != null && !(cause instanceof IllegalArgumentException)) {
            cause = cause.getCause();
        }
        return cause == null ? "not the JSON of one" : String.valueOf(cause.getMessage());
    }

    private void refuse(Peer peer, Message message, String reason) {
        Events.Refused refused =
                new Events.Refused(message.event(), message.to().orElse(""), reason);
        room.broadcast(Events.REFUSED, Events.REFUSALS, refused)
                .toPeers(peer.id())
                .send();
    }
}
