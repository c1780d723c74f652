package io.roomcast.testkit.scenario;

import io.roomcast.testkit.random.Dice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Where the names in a scenario come from: which room a peer joins. Immutable; {@link #open} begins to draw, once for each run. A key is a
 * number from 0; {@link #text} says what it stands for.
 */
public sealed interface Feeder {

    /** Returns how many keys there are. */
    int keys();

    /** Begins to draw. What it returns belongs to one thread. */
    Keys open();

    /** Returns what a key stands for: the number itself, except for a {@link Csv}. */
    default String text(int key) {
        return Integer.toString(key);
    }

    /** Draws keys. */
    interface Keys {

        /** Draws the next key. @param peer the number of the peer that it is for; the dice are its own */
        int next(int peer, Dice dice);
    }

    /** Always key 0: one room for all. */
    static Feeder one() {
        return new Sequence(1);
    }

    /** 0, 1, 2 … and again from 0, in the order in which peers ask. Where several processes take part, each counts for itself. */
    static Feeder sequence(int keys) {
        return new Sequence(keys);
    }

    /** Peers 0 to n-1 get key 0, the next n key 1 …: rooms of one size, whatever the order in which peers come. */
    static Feeder groupsOf(int size, int groups) {
        return new Groups(size, groups);
    }

    /** Each key as often as any other. */
    static Feeder uniform(int keys) {
        return new Hotspot(keys, 1, 1);
    }

    /** Most peers in few rooms: {@code hotspot(1000, 0.9, 0.1)} puts 90 % of the peers into 10 % of the rooms. */
    static Feeder hotspot(int keys, double shareOfPeers, double shareOfKeys) {
        return new Hotspot(keys, shareOfPeers, shareOfKeys);
    }

    /** Key number k as often as 1/(k+1)ˢ says: names, words, songs. @param exponent s, 0.99 for web-like popularity */
    static Feeder zipf(int keys, double exponent) {
        return new Zipf(keys, exponent);
    }

    /** The lines of a file, in order and again from the top: the column of that number, from 0, without quoting. */
    static Feeder csv(Path file, int column) throws IOException {
        return new Csv(Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank())
                .map(line -> column(file, line, column))
                .toList());
    }

    private static String column(Path file, String line, int column) {
        List<String> columns = Arrays.asList(line.split(",", -1));
        if (column < 0 || column >= columns.size()) {
            throw new IllegalArgumentException("column is " + column + ", expected 0 to " + (columns.size() - 1)
                    + " in \"" + line + "\" of " + file);
        }
        return columns.get(column).strip();
    }

    /** One after another. */
    record Sequence(int keys) implements Feeder {

        public Sequence {
            Checks.range("keys", keys, 1, 1 << 30);
        }

        @Override
        public Keys open() {
            int[] next = {0};
            return (peer, dice) -> {
                int key = next[0];
                next[0] = key + 1 == keys ? 0 : key + 1;
                return key;
            };
        }
    }

    /** By the number of the peer. */
    record Groups(int size, int keys) implements Feeder {

        public Groups {
            Checks.range("size", size, 1, 1 << 30);
            Checks.range("groups", keys, 1, 1 << 30);
        }

        @Override
        public Keys open() {
            return (peer, dice) -> Math.floorMod(peer / size, keys);
        }
    }

    /** Some keys more often than the others. */
    record Hotspot(int keys, double shareOfDraws, double shareOfKeys) implements Feeder {

        public Hotspot {
            Checks.range("keys", keys, 1, 1 << 30);
            Checks.share("share of draws", shareOfDraws);
            Checks.share("share of keys", shareOfKeys);
        }

        @Override
        public Keys open() {
            int hot = Math.max(1, (int) Math.round(keys * shareOfKeys));
            return (peer, dice) -> hot == keys || dice.unit() < shareOfDraws
                    ? (int) dice.below(hot)
                    : hot + (int) dice.below(keys - hot);
        }
    }

    /** By rank, after Zipf. */
    record Zipf(int keys, double exponent) implements Feeder {

        public Zipf {
            Checks.range("keys", keys, 1, 1 << 24);
            if (!(exponent > 0 && exponent <= 4)) {
                throw new IllegalArgumentException("exponent is " + exponent + ", expected more than 0 and at most 4");
            }
        }

        @Override
        public Keys open() {
            double[] cumulative = new double[keys];
            double sum = 0;
            for (int key = 0; key < keys; key++) {
                sum += StrictMath.pow(key + 1.0, -exponent);
                cumulative[key] = sum;
            }
            double total = sum;
            return (peer, dice) -> {
                int at = Arrays.binarySearch(cumulative, dice.unit() * total);
                return Math.min(keys - 1, at < 0 ? -at - 1 : at + 1);
            };
        }
    }

    /** Names from a list, in order. */
    record Csv(List<String> names) implements Feeder {

        public Csv {
            names = List.copyOf(names);
            if (names.isEmpty()) {
                throw new IllegalArgumentException("there are no names, expected at least one line");
            }
        }

        @Override
        public int keys() {
            return names.size();
        }

        @Override
        public Keys open() {
            return new Sequence(names.size()).open();
        }

        @Override
        public String text(int key) {
            return names.get(key);
        }
    }
}
