package io.roomcast.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a run has found so far: the figures of each server and round, and the runs that were void. Figures of one round are
 * compared with each other, since the machine may have been another one, in effect, in the next.
 */
public final class Results {

    private record Key(String workload, String metric) {}

    private final Map<Key, Map<String, Map<Integer, Double>>> values = new LinkedHashMap<>();
    private final List<String> voids = new ArrayList<>();

    /** Adds what one server did in one round. */
    public void add(int round, String server, List<Figure> figures) {
        for (Figure figure : figures) {
            values.computeIfAbsent(new Key(figure.workload(), figure.metric()), key -> new LinkedHashMap<>())
                    .computeIfAbsent(server, name -> new LinkedHashMap<>())
                    .put(round, figure.value());
        }
    }

    /** Notes a run that gives no figures. */
    public void addVoid(int round, String server, String workload, String reason) {
        voids.add(workload + " " + server + " round " + (round + 1) + ": " + reason);
    }

    /** Returns the void runs, in words. */
    public List<String> voids() {
        return List.copyOf(voids);
    }

    /** Returns the names of what was measured, in the order in which it was. */
    public Set<String> workloads() {
        Set<String> names = new LinkedHashSet<>();
        values.keySet().forEach(key -> names.add(key.workload()));
        return names;
    }

    /** Returns the metrics of a workload. */
    public Set<String> metrics(String workload) {
        Set<String> names = new LinkedHashSet<>();
        values.keySet().stream().filter(key -> key.workload().equals(workload)).forEach(key -> names.add(key.metric()));
        return names;
    }

    /** Returns the servers that have at least one figure for a workload. */
    public Set<String> servers(String workload) {
        Set<String> names = new LinkedHashSet<>();
        values.forEach((key, servers) -> {
            if (key.workload().equals(workload)) {
                names.addAll(servers.keySet());
            }
        });
        return names;
    }

    /** Returns one server's values. */
    public Optional<Samples> samples(String workload, String metric, String server) {
        Map<Integer, Double> rounds = rounds(workload, metric, server);
        return rounds.isEmpty() ? Optional.empty() : Optional.of(new Samples(List.copyOf(rounds.values())));
    }

    /** Returns the quotients of two servers' values of the same round. */
    public Optional<Samples> ratios(String workload, String metric, String server, String other) {
        if (Figure.ofGenerator(metric)) {
            return Optional.empty();
        }
        Map<Integer, Double> others = rounds(workload, metric, other);
        List<Double> quotients = new ArrayList<>();
        rounds(workload, metric, server).forEach((round, value) -> {
            Double divisor = others.get(round);
            if (divisor != null && divisor != 0) {
                quotients.add(value / divisor);
            }
        });
        return quotients.isEmpty() ? Optional.empty() : Optional.of(new Samples(quotients));
    }

    /**
     * Returns whether a report should compare two servers, that is divide the figures of one by those of the other.
     *
     * @param subjects that are compared with the others; a later one with an earlier one, not the other way round
     */
    static boolean compared(List<String> subjects, String subject, String other) {
        int index = subjects.indexOf(other);
        return index < 0 || index < subjects.indexOf(subject);
    }

    private Map<Integer, Double> rounds(String workload, String metric, String server) {
        return values.getOrDefault(new Key(workload, metric), Map.of()).getOrDefault(server, Map.of());
    }
}
