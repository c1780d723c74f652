package io.roomcast.testkit.load;

import io.roomcast.testkit.random.Dice;
import io.roomcast.testkit.scenario.Arrivals;
import io.roomcast.testkit.scenario.Phase;
import io.roomcast.testkit.socket.Timer;
import java.util.List;

/**
 * Who comes when. All processes of a run draw the same arrivals from the seed and take their share of the numbers, so nobody has to hand them out. Belongs to the
 * run's thread.
 */
final class Coming {

    private static final int FIRST_POOLED = 1 << 28;

    private final LoadRun run;
    private final List<Phase> phases;
    private final Timetable timetable;
    private final Playing playing;
    private final LoadSettings settings;
    private final Dice planner;
    private final int firstNumber;
    private int arriving;
    private int passed;
    private int nextNumber;
    private int nextPooled;

    Coming(LoadRun run, List<Phase> phases, Timetable timetable, Playing playing, LoadSettings settings, Dice planner) {
        this.run = run;
        this.phases = phases;
        this.timetable = timetable;
        this.playing = playing;
        this.settings = settings;
        this.planner = planner;
        this.firstNumber = playing.firstNumber(settings.processes());
    }

    /** Lets the peers of all phases come. A warm-up begins anew whenever it is through. @param from when the first phase begins */
    void begin(long from) {
        for (int phase = 0; phase < phases.size(); phase++) {
            new Arriving(phases.get(phase).arrivals(), from + playing.nanos(timetable.begin(phase)));
        }
        if (playing.isWarmUp()) {
            long again = from + playing.turn(timetable);
            run.at(again, () -> {
                if (!run.isEnding()) {
                    begin(again);
                }
            });
        }
    }

    /** Returns whether nobody comes any more, but for pools. */
    boolean isOver() {
        return arriving == 0;
    }

    /** A peer is over; in a pool another takes its place. */
    void replace(long now) {
        int phase = timetable.phaseAt(now);
        Arrivals arrivals = phases.get(phase).arrivals();
        if (arrivals.closed()
                && !run.isEnding()
                && now < timetable.begin(phase) + arrivals.duration().toNanos()) {
            // A number that no arrival has; the same share of them for each process.
            nextPooled += settings.processes();
            int number = firstNumber
                    + FIRST_POOLED / settings.processes() * settings.processes()
                    + nextPooled
                    + settings.process();
            run.loop().execute(() -> {
                if (!run.isEnding()) {
                    run.come(number, run.now());
                }
            });
        }
    }

    /** The arrivals of one phase. */
    private final class Arriving extends Timer {

        private final long from;
        private final Arrivals.Instants instants;
        private long next = Arrivals.NEVER;

        Arriving(Arrivals arrivals, long from) {
            this.from = from;
            this.instants = arrivals.open(planner);
            arriving++;
            run.schedule(this, from);
        }

        @Override
        protected void fire(long dueNanos) {
            if (next == Arrivals.NEVER) {
                draw();
            }
            long now = run.now();
            while (next != Arrivals.NEVER && next <= now && !run.isEnding()) {
                if (passed++ % playing.oneOf() == 0) {
                    int number = firstNumber + nextNumber++;
                    if (number % settings.processes() == settings.process()) {
                        run.come(number, next);
                    }
                }
                draw();
            }
            if (next == Arrivals.NEVER || run.isEnding()) {
                arriving--;
            } else {
                run.schedule(this, next);
            }
        }

        private void draw() {
            long drawn = instants.next();
            next = drawn == Arrivals.NEVER ? Arrivals.NEVER : from + playing.nanos(drawn);
        }
    }
}
