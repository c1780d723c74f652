package io.roomcast.runtime.room;

import io.roomcast.Acks;
import io.roomcast.Message;
import io.roomcast.Refusal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Adds up what several loops, or several nodes, know of one acknowledged broadcast. For one thread. */
final class AckTally {

    private final Map<String, Message> answers = new LinkedHashMap<>();
    private final Map<String, Refusal> refusals = new LinkedHashMap<>();
    private final Set<String> timedOut = new LinkedHashSet<>();
    private final Set<String> left = new LinkedHashSet<>();
    private final Set<String> lostNodes = new LinkedHashSet<>();

    /** Returns the sum of all parts, when all are there. */
    static CompletableFuture<Acks> of(List<CompletableFuture<Acks>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> {
                    AckTally tally = new AckTally();
                    parts.forEach(part -> tally.add(part.join()));
                    return tally.sum();
                });
    }

    static Acks lostNode(String nodeId) {
        return new Acks(Map.of(), Map.of(), Set.of(), Set.of(), Set.of(nodeId));
    }

    void add(Acks part) {
        answers.putAll(part.answers());
        refusals.putAll(part.refusals());
        timedOut.addAll(part.timedOut());
        left.addAll(part.left());
        lostNodes.addAll(part.lostNodes());
    }

    /** Notes that somebody was asked for who is perhaps in no part. */
    void expect(String peerId) {
        if (!answers.containsKey(peerId) && !refusals.containsKey(peerId) && !timedOut.contains(peerId)) {
            left.add(peerId);
        }
    }

    Acks sum() {
        return new Acks(answers, refusals, timedOut, left, lostNodes);
    }
}
