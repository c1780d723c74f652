package io.roomcast.benchmarks.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where a flight recording found the threads of a server, in lines: the methods that were running, and those that were running or waited
 * for what they had called. Samples of native methods are in it: that is where the kernel's share shows. Threads that
 * wait for something to do are left out.
 */
public final class HotSpots {

    private static final Set<String> SAMPLES = Set.of("jdk.ExecutionSample", "jdk.NativeMethodSample");
    /** For events, or for commands of the harness. */
    private static final List<String> WAITING =
            List.of("EPoll.wait", "Native.epollWait", "Native.epollWait0", "FileInputStream.readBytes");

    private static final int SHOWN = 15;

    private HotSpots() {}

    /**
     * Reads a recording.
     *
     * @param measured only what lies in one of these
     */
    public static List<String> of(Path recording, List<Window> measured) throws IOException {
        Map<String, Integer> running = new HashMap<>();
        Map<String, Integer> onStack = new HashMap<>();
        int samples = 0;
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                List<String> stack = stack(event);
                if (stack.isEmpty()
                        || WAITING.contains(stack.get(0))
                        || measured.stream().noneMatch(window -> window.contains(event.getStartTime()))) {
                    continue;
                }
                samples++;
                running.merge(stack.get(0), 1, Integer::sum);
                new HashSet<>(stack).forEach(method -> onStack.merge(method, 1, Integer::sum));
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(samples + " samples in " + recording + "; running:");
        lines.addAll(most(running, samples));
        lines.add("running, or waiting for what it called:");
        lines.addAll(most(onStack, samples));
        return lines;
    }

    private static List<String> stack(RecordedEvent event) {
        if (!SAMPLES.contains(event.getEventType().getName()) || event.getStackTrace() == null) {
            return List.of();
        }
        return event.getStackTrace().getFrames().stream()
                .filter(RecordedFrame::isJavaFrame)
                .map(HotSpots::name)
                .toList();
    }

    private static String name(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        return type.substring(type.lastIndexOf('.') + 1) + "."
                + frame.getMethod().getName();
    }

    private static List<String> most(Map<String, Integer> counts, int samples) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(SHOWN)
                .map(count ->
                        String.format(Locale.ROOT, "  %5.1f %% %s", 100.0 * count.getValue() / samples, count.getKey()))
                .toList();
    }
}
