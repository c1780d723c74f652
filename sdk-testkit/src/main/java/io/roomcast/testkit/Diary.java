package io.roomcast.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What one peer saw, in order, and which of it a test has expected. Safe to use from any thread: the peer's connection writes,
 * the test reads.
 */
final class Diary {

    /** The failing test prints at most this many of the last lines. */
    private static final int MOST_LINES = 60;

    /** A thing seen, with what came; confined to the diary's lock but for the immutable parts. */
    static final class Entry {
        final Seen seen;
        final Object content;
        private boolean expected;

        private Entry(Seen seen, Object content) {
            this.seen = seen;
            this.content = content;
        }

        boolean is(Seen.Kind kind) {
            return seen.kind() == kind;
        }
    }

    private String owner;
    private final List<Entry> entries = new ArrayList<>();

    /** @param owner who it is about, for people */
    Diary(String owner) {
        this.owner = owner;
    }

    synchronized String owner() {
        return owner;
    }

    /** @param now who it is about from now on, for people */
    synchronized void owner(String now) {
        owner = now;
    }

    /** Writes something down. @param expected whether the test need not expect it any more */
    synchronized void add(Seen seen, Object content, boolean expected) {
        Entry entry = new Entry(seen, content);
        entry.expected = expected;
        entries.add(entry);
    }

    /** Returns the oldest that fits and was not expected yet. */
    synchronized Optional<Entry> next(Predicate<Entry> fits) {
        return entries.stream()
                .filter(entry -> !entry.expected && fits.test(entry))
                .findFirst();
    }

    /** Returns all that fit and were not expected yet. */
    synchronized List<Entry> open(Predicate<Entry> fits) {
        return entries.stream()
                .filter(entry -> !entry.expected && fits.test(entry))
                .toList();
    }

    synchronized void markExpected(Entry entry) {
        entry.expected = true;
    }

    synchronized boolean any(Predicate<Entry> fits) {
        return entries.stream().anyMatch(fits);
    }

    synchronized List<Seen> all() {
        return entries.stream().map(entry -> entry.seen).toList();
    }

    /** Returns what came of one kind, expected or not. */
    synchronized <T> List<T> contents(Seen.Kind kind, Class<T> type) {
        return entries.stream()
                .filter(entry -> entry.is(kind))
                .map(entry -> type.cast(entry.content))
                .toList();
    }

    /** Returns everything for people, a line each, ending with the present. */
    synchronized String story(Duration now) {
        StringBuilder story = new StringBuilder(owner);
        if (entries.isEmpty()) {
            return story.append(" saw nothing at all").toString();
        }
        story.append(" saw, in order:");
        int left = Math.max(0, entries.size() - MOST_LINES);
        if (left > 0) {
            story.append("\n              … ").append(left).append(" more before these");
        }
        Stream<Entry> shown = entries.stream().skip(left);
        shown.forEach(entry -> story.append('\n').append(line(entry)));
        return story.append('\n')
                .append(new Seen(now, Seen.Kind.OTHER, "", "")
                        .toString()
                        .replace("other", "now")
                        .stripTrailing())
                .toString();
    }

    private static String line(Entry entry) {
        return entry.seen + (entry.expected && entry.seen.kind().isNews() ? "  (expected)" : "");
    }
}
