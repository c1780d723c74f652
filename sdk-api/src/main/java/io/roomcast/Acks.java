package io.roomcast;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What became of an acknowledged broadcast. Every peer that was asked is in exactly one of the first four, unless its node is
 * in the last.
 *
 * @param answers what peers answered, by peer id; the event is that of the broadcast. At most 8 MiB of payload for each node
 * @param refusals why peers gave no answer, by peer id: the error they answered with;
 *     {@link ErrorCode#TOO_MANY_REQUESTS} for a peer that was not asked because too many requests to it were open;
 *     {@link ErrorCode#ANSWERS_TOO_LARGE} for answers beyond 8 MiB
 * @param timedOut peers that did not answer in time
 * @param left peers that went, or left the room, before they answered; and those named in {@link Broadcast#toPeers} that
 *     were not in the room
 * @param lostNodes nodes that did not say what their peers answered: they were lost, could not be reached, or stayed silent
 */
public record Acks(
        Map<String, Message> answers,
        Map<String, Refusal> refusals,
        Set<String> timedOut,
        Set<String> left,
        Set<String> lostNodes) {

    /** Takes copies that keep the order. */
    public Acks {
        answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
        refusals = Collections.unmodifiableMap(new LinkedHashMap<>(refusals));
        timedOut = Collections.unmodifiableSet(new LinkedHashSet<>(timedOut));
        left = Collections.unmodifiableSet(new LinkedHashSet<>(left));
        lostNodes = Collections.unmodifiableSet(new LinkedHashSet<>(lostNodes));
    }

    /** Returns whether every peer answered, and none with an error. */
    public boolean isComplete() {
        return refusals.isEmpty() && timedOut.isEmpty() && left.isEmpty() && lostNodes.isEmpty();
    }
}
