package io.roomcast.testkit.load;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What went wrong, in words, and how often; of the many that there can be the first {@value #MOST} kinds. Belongs to the run's thread. */
final class Complaints {

    private static final int MOST = 20;

    private final Map<String, Integer> times = new HashMap<>();

    void add(String what) {
        if (times.containsKey(what) || times.size() < MOST) {
            times.merge(what, 1, Integer::sum);
        }
    }

    /** Returns them, the most frequent first. */
    List<String> list() {
        List<Map.Entry<String, Integer>> sorted = new ArrayList<>(times.entrySet());
        sorted.sort(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()));
        return sorted.stream()
                .map(entry -> entry.getValue() == 1 ? entry.getKey() : entry.getValue() + " times: " + entry.getKey())
                .toList();
    }
}
