package io.roomcast.redis.crash;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was acknowledged, and what each client got: compared as it comes, and at the end. Belongs to one thread.
 *
 * <p>In the room with history all clients must get the same entries in one order, each once. In the room without, each client must get
 * what one connection said in its order, none twice, and must have been told of a loss where something acknowledged is missing.
 */
final class Ledger {

    private static final int MOST_FINDINGS = 30;

    private final List<String> findings = new ArrayList<>();
    private String epoch = "";
    /** What stands at offset 1, 2, 3 …. */
    private final List<String> log = new ArrayList<>();

    private final Set<String> logged = new HashSet<>();
    private final Set<String> acknowledged = new HashSet<>();
    /** Of each voice, the numbers that were acknowledged in the room without history. */
    private final Map<String, BitSet> said = new HashMap<>();

    private final List<Ear> ears = new ArrayList<>();
    private int plainAcknowledged;
    private int plainMissed;

    /** What one client has of the room without history. */
    final class Ear {
        private final String owner;
        private final Map<String, Heard> heard = new HashMap<>();
        private final List<Jump> untold = new ArrayList<>();
        private int losses;

        private Ear(String owner) {
            this.owner = owner;
        }

        /** It was told that it may have missed something. */
        void lossTold() {
            losses++;
        }

        /** A message came. @param text a voice, a point and a number from 1 */
        void hear(String text) {
            int point = text.lastIndexOf('.');
            String voice = text.substring(0, point);
            int number = Integer.parseInt(text.substring(point + 1));
            Heard before = heard.getOrDefault(voice, Heard.NOTHING);
            if (number <= before.number) {
                finding(owner + " hears " + text + " after number " + before.number + " of the same voice");
                return;
            }
            if (number > before.number + 1) {
                Jump jump = new Jump(voice, before.number, number);
                if (before.losses == losses) {
                    untold.add(jump);
                } else {
                    plainMissed += within(jump);
                }
            }
            heard.put(voice, new Heard(number, losses));
        }

        boolean hasHeard(String voice, int number) {
            return heard.getOrDefault(voice, Heard.NOTHING).number >= number;
        }

        private void conclude() {
            for (Jump jump : untold) {
                if (within(jump) > 0) {
                    finding(owner + " was not told of a loss, and misses " + within(jump) + " of " + jump);
                }
            }
            said.forEach((voice, numbers) -> {
                Heard last = heard.getOrDefault(voice, Heard.NOTHING);
                Jump rest = new Jump(voice, last.number, numbers.length());
                int missing = within(rest);
                if (missing > 0 && last.losses == losses) {
                    finding(owner + " was not told of a loss, and misses " + missing + " at the end of " + rest);
                } else {
                    plainMissed += missing;
                }
            });
        }
    }

    private record Heard(int number, int losses) {
        static final Heard NOTHING = new Heard(0, 0);
    }

    /** Numbers of a voice, both ends excluded. */
    private record Jump(String voice, int after, int before) {}

    private int within(Jump jump) {
        BitSet numbers = said.getOrDefault(jump.voice, new BitSet());
        return jump.after + 1 >= jump.before
                ? 0
                : numbers.get(jump.after + 1, jump.before).cardinality();
    }

    /** Something is not as it must be. */
    void finding(String what) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(what);
        }
    }

    /** Another client takes part. */
    Ear ear(String owner) {
        Ear ear = new Ear(owner);
        ears.add(ear);
        return ear;
    }

    /** Somebody is about to speak on a new connection: whoever listens now must hear it from its first message. */
    void begins(String voice) {
        said.put(voice, new BitSet());
        ears.forEach(ear -> ear.heard.put(voice, new Heard(0, ear.losses)));
    }

    /** A message of a voice was acknowledged. */
    void plainAcknowledged(String voice, int number) {
        BitSet numbers = said.get(voice);
        if (numbers == null || numbers.get(number)) {
            finding("number " + number + " of " + voice + " is acknowledged twice, or by nobody");
            return;
        }
        numbers.set(number);
        plainAcknowledged++;
    }

    /** An entry of the history was acknowledged. */
    void logAcknowledged(String text) {
        if (!acknowledged.add(text)) {
            finding("the entry " + text + " is acknowledged twice");
        }
    }

    /** A client got an entry of the history. */
    void entry(String who, String ofEpoch, long offset, String text) {
        if (epoch.isEmpty()) {
            epoch = ofEpoch;
        }
        if (!epoch.equals(ofEpoch)) {
            finding(who + " gets " + text + " in epoch " + ofEpoch + ", expected " + epoch);
        } else if (offset <= log.size()) {
            String known = log.get((int) offset - 1);
            if (!known.equals(text)) {
                finding(who + " gets " + text + " at " + offset + ", where others got " + known);
            }
        } else if (offset > log.size() + 1) {
            finding(who + " gets " + text + " at " + offset + ", nobody has got " + (log.size() + 1));
        } else {
            log.add(text);
            if (!logged.add(text)) {
                finding("the entry " + text + " stands in the history twice, now at " + offset);
            }
        }
    }

    /** Returns how far the history reaches, as far as anybody knows. */
    long logEnd() {
        return log.size();
    }

    /** Everything has come that will. Returns what is not as it must be. */
    List<String> conclude() {
        Set<String> missing = new HashSet<>(acknowledged);
        missing.removeAll(logged);
        if (!missing.isEmpty()) {
            finding(missing.size() + " acknowledged entries are not in the history, one is "
                    + missing.iterator().next());
        }
        ears.forEach(Ear::conclude);
        return List.copyOf(findings);
    }

    /** Returns what was found so far. */
    List<String> findings() {
        return List.copyOf(findings);
    }

    @Override
    public String toString() {
        return "history: " + acknowledged.size() + " acknowledged, " + log.size() + " told in one order to "
                + ears.size()
                + " clients; without history: " + plainAcknowledged + " acknowledged, " + plainMissed
                + " missed by somebody who was told so";
    }
}
