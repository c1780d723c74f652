package io.roomcast.testkit.load;

import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.measure.Gauge;
import io.roomcast.testkit.measure.Recorder;
import io.roomcast.testkit.measure.Recording;
import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.program.Stamp;
import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.result.Checked;
import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.Sample;
import io.roomcast.testkit.scenario.Feeder;
import io.roomcast.testkit.scenario.Phase;
import io.roomcast.testkit.scenario.Relay;
import io.roomcast.testkit.scenario.Scenario;
import io.roomcast.testkit.socket.SocketLoop;
import io.roomcast.testkit.socket.Target;
import io.roomcast.testkit.socket.Timer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One process's part in a run, or in the warm-up before it: its share of the peers, on one thread. With several processes, peer number n belongs to process n modulo
 * their number.
 *
 * <p>Belongs to the thread that calls {@link #run} or {@link #warmUp}, one of them and once, except {@link #stop}.
 */
final class LoadRun {

    private static final long SECOND = 1_000_000_000L;
    private static final int FAILURES_UNTIL_HOPELESS = 20;
    private static final long GOODBYE = 2 * SECOND;
    private static final long WHAT_IS_STILL_TO_COME = SECOND / 10;

    private final Scenario scenario;
    private final Program program;
    private final LoadSettings settings;
    private final RunClock clock;
    private final List<Target> targets;
    private final boolean nodesKnown;
    private final Playing playing;
    private final GaugeSource gauges;
    private final Progress progress;
    private final SocketLoop loop;
    private final Recorder recorder;
    private final DeliveryLedger ledger;
    private final Complaints complaints = new Complaints();
    private final Dice dice;
    private final List<Feeder.Keys> keys = new ArrayList<>();
    private final Map<String, RoomView> rooms = new HashMap<>();
    private final Barriers barriers;
    private final Payloads payloads;
    private final Set<LoadPeer> alive = new LinkedHashSet<>();
    private final Timetable timetable;
    private final Coming coming;
    private final Steps steps;
    private final Overtime overtime;
    private final Comeback comeback;
    /** Until when what is missing is put down to a fault. */
    private long lenientUntil = Long.MIN_VALUE;

    private long peers;
    private long openRequests;
    private boolean hopeless;
    /** A warm-up has had its time. */
    private boolean ending;

    private volatile boolean stopped;

    LoadRun(
            Order order,
            LoadSettings settings,
            RunClock clock,
            List<Target> targets,
            boolean nodesKnown,
            Playing playing,
            GaugeSource gauges,
            Progress progress) {
        this.playing = playing;
        this.scenario = order.scenario();
        this.program = scenario.program();
        this.settings = settings;
        this.clock = clock;
        this.targets = List.copyOf(targets);
        this.nodesKnown = nodesKnown;
        this.gauges = gauges;
        this.progress = progress;
        List<Phase> phases = scenario.phases();
        this.loop = new SocketLoop(System::nanoTime, settings.process(), order.seed());
        this.recorder = new Recorder(clock.startedMillis(), nodesKnown ? targets.size() : 0, phases.size());
        this.ledger =
                new DeliveryLedger(recorder, settings.deliveryTimeout().toNanos(), scenario.relay() == Relay.EVERYBODY);
        this.dice = new Dice(order.seed());
        program.rooms().forEach(choice -> keys.add(choice.feeder().open()));
        this.barriers = new Barriers(program, loop);
        this.payloads = new Payloads(program);
        this.timetable = new Timetable(phases);
        this.steps = new Steps(this);
        this.overtime = new Overtime(this);
        this.comeback = new Comeback(this);
        this.coming = new Coming(this, phases, timetable, playing, settings, new Dice(order.seed()));
        coming.begin(0);
    }

    /** Runs to the end. */
    LoadPart run() {
        long patience = timetable.end() + scenario.patience().toNanos();
        try {
            loop.runUntil(this::isOver, clock.originNanos() + patience);
            List.copyOf(alive).forEach(LoadPeer::abandon);
            settle();
            loop.runUntil(() -> loop.connections() == 0, loop.nanos() + GOODBYE);
        } finally {
            loop.close();
        }
        readGauges();
        recorder.endSecond(phaseAt(now()));
        return new LoadPart(recorder.recording(), ledger.checked(), complaints.list(), hopeless, stopped, WarmUp.NONE);
    }

    /** Plays until the time of the warm-up is over, waits for what is still to come, and lets everybody go. */
    WarmUp warmUp() {
        try {
            loop.runUntil(
                    () -> {
                        turn();
                        return isEnding();
                    },
                    clock.originNanos() + playing.lastsNanos());
            ending = true;
            List<LoadPeer> there = List.copyOf(alive);
            there.forEach(LoadPeer::fallSilent);
            settle();
            there.forEach(LoadPeer::end);
            loop.runUntil(() -> loop.connections() == 0, loop.nanos() + GOODBYE);
        } finally {
            loop.close();
        }
        List<String> faults = new ArrayList<>();
        Checked checked = ledger.checked();
        if (checked.found() > 0) {
            faults.add(checked.found() + " deliveries, such as "
                    + checked.findings().get(0));
        }
        faults.addAll(complaints.list());
        // What it has left is cleared away now, and not in the first second of the run.
        System.gc();
        return new WarmUp(Duration.ofNanos(playing.lastsNanos()), faults);
    }

    /** Waits for what must still come, for as long as it may take. */
    private void settle() {
        loop.runUntil(
                () -> {
                    turn();
                    ledger.settle();
                    return stopped || hopeless || ledger.isEmpty();
                },
                loop.nanos() + settings.deliveryTimeout().toNanos() + WHAT_IS_STILL_TO_COME);
        ledger.expireAll(now(), stopped || hopeless || now() < lenientUntil);
    }

    /** Returns how long a run can take that is to be over after a time: what is still to come is waited for, and connections are ended in good order. */
    static Duration longest(Duration planned, LoadSettings settings) {
        return planned.plus(settings.deliveryTimeout())
                .plusMillis(RunClock.SOON_MILLIS)
                .plusNanos(WHAT_IS_STILL_TO_COME + GOODBYE);
    }

    /** Ends the run soon. From any thread. */
    void stop() {
        stopped = true;
    }

    private boolean isOver() {
        turn();
        if (stopped || hopeless) {
            return true;
        }
        return coming.isOver() && alive.isEmpty() && now() >= timetable.end();
    }

    private void turn() {
        long now = now();
        ledger.expire(now, now < lenientUntil);
        while (recorder.secondIsOver(now)) {
            readGauges();
            recorder.endSecond(phaseAt(now));
            Sample sample = Recording.sample(recorder.last(), recorder.seconds() - 1);
            if (playing.isWarmUp()) {
                progress.onWarmUp(sample);
            } else {
                progress.on(sample);
            }
        }
    }

    private void readGauges() {
        recorder.gauge(Gauge.PEERS, peers);
        recorder.gauge(Gauge.BACKLOG, openRequests + ledger.open());
        gauges.read(recorder::gauge);
    }

    // ---- who comes

    /** A peer comes. @param planned when it was to */
    void come(int number, long planned) {
        LoadPeer peer = new LoadPeer(this, number, planned);
        alive.add(peer);
        recorder.count(Count.PEERS_STARTED, nodeOf(number), phaseAt(planned));
        peer.go();
    }

    /** A peer is over. */
    void over(LoadPeer peer) {
        alive.remove(peer);
        coming.replace(now());
    }

    /** Returns whether there is no use in beginning anything. */
    boolean isEnding() {
        return stopped || hopeless || ending;
    }

    // ---- for its peers

    SocketLoop loop() {
        return loop;
    }

    Barriers barriers() {
        return barriers;
    }

    Steps steps() {
        return steps;
    }

    Overtime overtime() {
        return overtime;
    }

    Comeback comeback() {
        return comeback;
    }

    Program program() {
        return program;
    }

    Dice dice() {
        return dice;
    }

    DeliveryLedger ledger() {
        return ledger;
    }

    boolean everybody() {
        return scenario.relay() == Relay.EVERYBODY;
    }

    String token() {
        return settings.token();
    }

    long connectTimeoutNanos() {
        return settings.connectTimeout().toNanos();
    }

    /** Returns the instant, in nanoseconds since the run began. */
    long now() {
        return loop.nanos() - clock.originNanos();
    }

    void schedule(Timer timer, long runNanos) {
        loop.schedule(timer, clock.originNanos() + runNanos);
    }

    void cancel(Timer timer) {
        loop.cancel(timer);
    }

    void forget(Timer timer) {
        loop.forget(timer);
    }

    int phaseAt(long nanos) {
        return timetable.phaseAt(nanos);
    }

    /** Returns where a peer connects. @param attempt 0 for the first time, one more after each that failed */
    Target targetOf(int number, int attempt) {
        return targets.get((number / settings.processes() + attempt) % targets.size());
    }

    /** Returns on which node a peer begins, from 1; 0 where nodes are not known. */
    int nodeOf(int number) {
        return nodesKnown ? 1 + number / settings.processes() % targets.size() : 0;
    }

    int key(int choice, int number, Dice drawn) {
        return keys.get(choice).next(number, drawn);
    }

    /** Returns a room that a peer joins. @param choice which of the program's */
    RoomView room(int choice, int key) {
        return room(playing.room(program.room(choice), key));
    }

    Playing playing() {
        return playing;
    }

    RoomView room(String name) {
        return rooms.computeIfAbsent(name, RoomView::new);
    }

    Payloads payloads() {
        return payloads;
    }

    void count(Count what, int node, int phase) {
        recorder.count(what, node, phase);
        if (what == Count.CONNECTS_FAILED
                && nobodyCameThrough()
                && recorder.soFar(Count.CONNECTS_FAILED)
                        >= Math.min(FAILURES_UNTIL_HOPELESS, scenario.expectedPeers())) {
            hopeless = true;
        }
    }

    void count(Count what, int node, int phase, long more) {
        recorder.count(what, node, phase, more);
    }

    void planned(long plannedNanos, int node, int phase) {
        recorder.planned(plannedNanos, node, phase);
    }

    void record(Metric what, int node, int phase, long value) {
        recorder.record(what, node, phase, value);
    }

    void complain(String what) {
        complaints.add(what);
    }

    private boolean anybody;

    void peers(int more) {
        peers += more;
        anybody |= more > 0;
    }

    boolean nobodyCameThrough() {
        return !anybody;
    }

    void openRequests(int more) {
        openRequests += more;
    }

    /** Has something done at an instant of the run. */
    void at(long runNanos, Runnable what) {
        schedule(
                new Timer() {
                    @Override
                    protected void fire(long dueNanos) {
                        what.run();
                    }
                },
                runNanos);
    }

    /** What is missing from now until then is put down to a fault. */
    void lenientUntil(long runNanos) {
        lenientUntil = Math.max(lenientUntil, runNanos);
    }

    /** A message with a stamp arrived. @param joined since when the peer has been in its room */
    void delivered(ByteBuffer payload, LoadPeer receiver, long joined, int node, long now) {
        int at = payload.position();
        int sender = Stamp.sender(payload, at);
        long planned = Stamp.planned(payload, at);
        long sent = Stamp.sent(payload, at);
        if (sender >= 0 && !playing.hasSender(sender)) {
            return;
        }
        boolean ours = sender >= 0 && sender % settings.processes() == settings.process();
        if (sender == ServerStamp.SENDER) {
            planned -= clock.originNanos();
            sent -= clock.originNanos();
        }
        if (planned > now || sent > now || planned < 0 || sent < planned || !ours && !clock.shared()) {
            return;
        }
        int phase = phaseAt(planned);
        recorder.record(Metric.DELIVERY, node, phase, now - planned);
        recorder.record(Metric.DELIVERY_SERVICE, node, phase, now - sent);
        if (ours) {
            ledger.arrived(sender, Stamp.serial(payload, at), receiver, joined);
        }
    }
}
