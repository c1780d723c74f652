package io.roomcast.testkit.virtual;

import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.scenario.Feeder;
import io.roomcast.testkit.scenario.RoomChoice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers the rooms of a run, 0, 1, 2 …, without a table as far as names are numbers. Immutable. */
final class RoomNumbers {

    private final List<Family> families = new ArrayList<>();
    private final int[] familyOfChoice;
    private final int count;

    /** Rooms of one pattern. */
    private static final class Family {
        private final String pattern;
        private final String prefix;
        private final String suffix;
        private final Feeder feeder;
        private final Map<String, Integer> texts = new HashMap<>();
        private int keys;
        private int first;

        Family(RoomChoice choice) {
            this.pattern = choice.pattern();
            this.feeder = choice.feeder();
            int hole = pattern.indexOf("{}");
            this.prefix = hole < 0 ? pattern : pattern.substring(0, hole);
            this.suffix = hole < 0 ? "" : pattern.substring(hole + 2);
            if (feeder instanceof Feeder.Csv csv) {
                for (int key = 0; key < csv.keys(); key++) {
                    texts.putIfAbsent(csv.text(key), key);
                }
            }
        }

        String name(int key) {
            return pattern.replace("{}", feeder.text(key));
        }

        /** Returns the key of a name of this family, -1 if it is none. */
        int key(String name) {
            if (pattern.equals(prefix)) {
                return name.equals(prefix) ? 0 : -1;
            }
            int end = name.length() - suffix.length();
            if (end <= prefix.length() || !name.startsWith(prefix) || !name.endsWith(suffix)) {
                return -1;
            }
            if (!texts.isEmpty()) {
                return texts.getOrDefault(name.substring(prefix.length(), end), -1);
            }
            long key = 0;
            for (int i = prefix.length(); i < end; i++) {
                int digit = name.charAt(i) - '0';
                if (digit < 0 || digit > 9 || key > keys) {
                    return -1;
                }
                key = key * 10 + digit;
            }
            return key < keys ? (int) key : -1;
        }
    }

    /** @throws IllegalArgumentException if one pattern is filled from different lists of names */
    RoomNumbers(Program program) {
        familyOfChoice = new int[program.rooms().size()];
        for (int choice = 0; choice < familyOfChoice.length; choice++) {
            familyOfChoice[choice] = family(program.room(choice));
        }
        int next = 0;
        for (Family family : families) {
            family.first = next;
            next = Math.addExact(next, family.keys);
        }
        count = next;
    }

    private int family(RoomChoice choice) {
        for (int i = 0; i < families.size(); i++) {
            Family known = families.get(i);
            if (known.pattern.equals(choice.pattern())) {
                boolean alike = known.feeder instanceof Feeder.Csv || choice.feeder() instanceof Feeder.Csv
                        ? known.feeder.equals(choice.feeder())
                        : true;
                if (!alike) {
                    throw new IllegalArgumentException("rooms \"" + choice.pattern()
                            + "\" take their names from two lists; give each list a pattern of its own");
                }
                known.keys = Math.max(known.keys, choice.feeder().keys());
                return i;
            }
        }
        Family family = new Family(choice);
        family.keys = choice.feeder().keys();
        families.add(family);
        return families.size() - 1;
    }

    int count() {
        return count;
    }

    /** Returns the number of the room that a step's choice and a key mean. */
    int number(int choice, int key) {
        return families.get(familyOfChoice[choice]).first + key;
    }

    /** Returns a room's name. */
    String name(int room) {
        for (int i = families.size() - 1; ; i--) {
            Family family = families.get(i);
            if (room >= family.first) {
                return family.name(room - family.first);
            }
        }
    }

    /** Returns the number of a room by name, -1 if the scenario has no such room. */
    int number(String name) {
        for (Family family : families) {
            int key = family.key(name);
            if (key >= 0) {
                return family.first + key;
            }
        }
        return -1;
    }
}
