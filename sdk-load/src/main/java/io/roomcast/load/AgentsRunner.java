package io.roomcast.load;

import io.roomcast.load.AgentWire.Frame;
import io.roomcast.load.AgentWire.Kind;
import io.roomcast.load.preset.Shape;
import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.load.LoadPart;
import io.roomcast.testkit.load.LoadSettings;
import io.roomcast.testkit.load.RemoteDriver;
import io.roomcast.testkit.load.RunClock;
import io.roomcast.testkit.load.WarmUp;
import io.roomcast.testkit.measure.Recording;
import io.roomcast.testkit.report.JsonRuns;
import io.roomcast.testkit.report.RunReport;
import io.roomcast.testkit.result.Sample;
import io.roomcast.testkit.scenario.Scenario;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** Has agents run a scenario together and adds up what they saw: histograms, never percentiles. */
final class AgentsRunner implements Runner {

    private static final int CONNECT_MILLIS = 5000;
    private static final int AHEAD_MILLIS = 1000;

    private final List<InetSocketAddress> addresses;
    private final WhatOptions what;
    private final WhereOptions where;
    private final LoadSettings settings;
    private final Shapes shapes;
    /** What went before the first run, for each agent; empty before it. */
    private List<WarmUp> warmUps = List.of();

    private volatile List<AgentWire> wires = List.of();
    private volatile boolean going;
    private volatile boolean stopped;

    /** Tells the shape of the run that is next. */
    interface Shapes extends Supplier<Shape> {}

    AgentsRunner(List<String> agents, WhatOptions what, WhereOptions where, LoadSettings settings, Shapes shapes) {
        this.addresses = agents.stream().map(AgentsRunner::address).toList();
        this.what = what;
        this.where = where;
        this.settings = settings;
        this.shapes = shapes;
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("the agent is \"" + text + "\", expected host:port");
        }
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    @Override
    public RunReport run(Scenario scenario, long seed, Progress progress) throws IOException {
        long begun = System.nanoTime();
        List<AgentWire> open = new CopyOnWriteArrayList<>();
        try {
            wires = open;
            boolean shared;
            try {
                shared = prepare(open, seed, progress);
            } catch (IOException e) {
                throw stopped ? new IOException("the run was stopped before it began", e) : e;
            }
            going = true;
            go(open, shared);
            Together together = new Together(open.size(), progress);
            List<CompletableFuture<LoadPart>> parts = new ArrayList<>();
            for (int i = 0; i < open.size(); i++) {
                AgentWire wire = open.get(i);
                InetSocketAddress address = addresses.get(i);
                CompletableFuture<LoadPart> part = new CompletableFuture<>();
                parts.add(part);
                Thread thread = new Thread(() -> complete(part, wire, address, together), "agent " + address);
                thread.setDaemon(true);
                thread.start();
            }
            List<LoadPart> all = new ArrayList<>();
            for (CompletableFuture<LoadPart> part : parts) {
                all.add(await(part));
            }
            if (warmUps.isEmpty()) {
                warmUps = all.stream().map(LoadPart::warmUp).toList();
            }
            for (int i = 0; i < all.size(); i++) {
                all.set(i, all.get(i).after(warmUps.get(i)));
            }
            return RemoteRunner.report(RemoteDriver.together(
                    Order.of(scenario, seed),
                    where.targets(),
                    settings,
                    all,
                    Duration.ofNanos(System.nanoTime() - begun)));
        } finally {
            wires = List.of();
            going = false;
            open.forEach(AgentWire::close);
        }
    }

    /** Hands out the shares, and waits until all are warm; returns whether all agents read one clock. */
    private boolean prepare(List<AgentWire> open, long seed, Progress progress) throws IOException {
        LoadSettings next = warmUps.isEmpty() ? settings : settings.withWarmUp(Duration.ZERO);
        for (InetSocketAddress address : addresses) {
            Socket socket = new Socket();
            try {
                socket.connect(address, CONNECT_MILLIS);
            } catch (IOException e) {
                socket.close();
                throw new IllegalArgumentException(
                        "no agent is at " + address.getHostString() + ":" + address.getPort() + " (" + e.getMessage()
                                + "); start one there: java -jar roomcast-load.jar agent --port " + address.getPort(),
                        e);
            }
            AgentWire wire = new AgentWire(socket);
            open.add(wire);
            AgentJob job = new AgentJob(
                    what.preset().orElseThrow(),
                    shapes.get(),
                    where.urls(),
                    where.isInsecure(),
                    next.asProcess(open.size() - 1, addresses.size()),
                    seed);
            wire.send(Kind.JOB, job.properties());
        }
        boolean shared = !RunClock.boot().isEmpty();
        for (int i = 0; i < open.size(); i++) {
            Frame answer = open.get(i).receive();
            while (answer.kind() == Kind.PROGRESS) {
                if (i == 0) {
                    // All warm up at the same time; one of them tells for how long.
                    progress.onWarmUp(sample(answer.properties()));
                }
                answer = open.get(i).receive();
            }
            if (answer.kind() != Kind.READY) {
                throw new IllegalArgumentException("the agent at " + addresses.get(i) + " cannot: " + answer.text());
            }
            shared &= AgentJob.get(answer.properties(), "boot").equals(RunClock.boot());
        }
        return shared;
    }

    private static void go(List<AgentWire> open, boolean shared) throws IOException {
        Properties go = new Properties();
        go.setProperty("startMillis", Long.toString(System.currentTimeMillis() + AHEAD_MILLIS));
        go.setProperty("originNanos", Long.toString(System.nanoTime() + AHEAD_MILLIS * 1_000_000L));
        go.setProperty("boot", RunClock.boot());
        go.setProperty("shared", Boolean.toString(shared));
        for (AgentWire wire : open) {
            wire.send(Kind.GO, go);
        }
    }

    private static void complete(
            CompletableFuture<LoadPart> part, AgentWire wire, InetSocketAddress address, Together together) {
        try {
            Properties flags = new Properties();
            while (true) {
                Frame frame = wire.receive();
                switch (frame.kind()) {
                    case PROGRESS -> together.on(frame.properties());
                    case FLAGS -> flags = frame.properties();
                    case RUN -> {
                        RunReport report = JsonRuns.read(new StringReader(frame.text()));
                        part.complete(new LoadPart(
                                new Recording(
                                        report.at().toEpochMilli(),
                                        report.result().measurements(),
                                        report.seconds()),
                                report.result().checked(),
                                report.complaints(),
                                Boolean.parseBoolean(flags.getProperty("hopeless")),
                                Boolean.parseBoolean(flags.getProperty("stopped")),
                                warmUp(flags)));
                        return;
                    }
                    default -> throw new IOException("it said " + frame.kind() + " " + frame.text());
                }
            }
        } catch (IOException | RuntimeException e) {
            part.completeExceptionally(new IOException("the agent at " + address + " ended in the middle: " + e, e));
        }
    }

    private static WarmUp warmUp(Properties flags) {
        String faults = AgentJob.get(flags, "warmUpFaults");
        return new WarmUp(
                Duration.parse(AgentJob.get(flags, "warmUp")),
                faults.isEmpty() ? List.of() : faults.lines().toList());
    }

    private static LoadPart await(CompletableFuture<LoadPart> part) throws IOException {
        try {
            return part.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while agents were running", e);
        }
    }

    /** Adds up the seconds of all agents for whoever watches. Percentiles cannot be added up, and are left out. */
    private static final class Together {

        private final int agents;
        private final Progress progress;
        private final TreeMap<Integer, long[]> sums = new TreeMap<>();

        Together(int agents, Progress progress) {
            this.agents = agents;
            this.progress = progress;
        }

        synchronized void on(Properties told) {
            int second = Integer.parseInt(AgentJob.get(told, "second"));
            long[] sum = sums.computeIfAbsent(second, key -> new long[7]);
            add(told, sum);
            if (++sum[6] == agents) {
                sums.remove(second);
                progress.on(sample(told, sum));
            }
        }
    }

    private static void add(Properties told, long[] sum) {
        String[] names = {"peers", "planned", "sent", "received", "errors"};
        for (int i = 0; i < names.length; i++) {
            sum[i] += Long.parseLong(AgentJob.get(told, names[i]));
        }
        sum[5] = Math.max(sum[5], Long.parseLong(AgentJob.get(told, "lag")));
    }

    private static Sample sample(Properties told) {
        long[] sum = new long[7];
        add(told, sum);
        return sample(told, sum);
    }

    /** Percentiles of times are unknown. */
    private static Sample sample(Properties told, long[] sum) {
        return new Sample(
                Integer.parseInt(AgentJob.get(told, "second")),
                Integer.parseInt(AgentJob.get(told, "phase")),
                sum[0],
                sum[1],
                sum[2],
                sum[3],
                sum[4],
                -1,
                -1,
                -1,
                -1,
                sum[5],
                -1,
                -1,
                -1,
                -1,
                -1);
    }

    @Override
    public void stop() {
        if (!going) {
            // They warm up and listen to nobody; that nobody listens to them any more ends it.
            stopped = true;
            wires.forEach(AgentWire::close);
            return;
        }
        for (AgentWire wire : wires) {
            try {
                wire.send(Kind.STOP, "");
            } catch (IOException e) {
                throw new UncheckedIOException("an agent cannot be told to stop", e);
            }
        }
    }

    @Override
    public void close() {
        // Nothing outlives a run.
    }
}
