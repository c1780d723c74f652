package io.roomcast.testkit.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages that somebody sent once, with their times, such as the signalling of one end of a WebRTC call. Immutable.
 *
 * @param items in order of time
 */
public record Recording(List<Item> items) {

    /**
     * One message.
     *
     * @param at since the recording began
     */
    @SuppressWarnings("ArrayRecordComponent") // read only
    public record Item(Duration at, String event, byte[] payload) {

        public Item {
            Checks.notNegative("at", at);
            Checks.name("event", event);
        }
    }

    public Recording {
        items = List.copyOf(items);
        if (items.isEmpty()) {
            throw new IllegalArgumentException("a recording of nothing, expected at least one message");
        }
        for (int i = 1; i < items.size(); i++) {
            if (items.get(i).at().compareTo(items.get(i - 1).at()) < 0) {
                throw new IllegalArgumentException("message " + (i + 1) + " of a recording comes at "
                        + items.get(i).at() + ", before the one in front of it; expected them in order of time");
            }
        }
    }

    /**
     * Reads a text file of one message a line: milliseconds, event and payload with a tab between them.
     *
     * @throws IllegalArgumentException if a line is something else
     */
    public static Recording read(Path file) throws IOException {
        List<Item> items = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] parts = line.split("\t", 3);
            if (line.isBlank()) {
                continue;
            }
            if (parts.length < 3 || !parts[0].matches("[0-9]{1,9}")) {
                throw new IllegalArgumentException(file + " has the line \"" + line
                        + "\", expected milliseconds, event and payload with tabs between them");
            }
            items.add(new Item(
                    Duration.ofMillis(Long.parseLong(parts[0])), parts[1], parts[2].getBytes(StandardCharsets.UTF_8)));
        }
        return new Recording(items);
    }
}
