package io.roomcast.load;

import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.result.Sample;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;

/** How a run goes: on a terminal one line that changes, elsewhere a line every five seconds. */
final class ProgressLines implements Progress {

    private static final int EVERY = 5;

    private final PrintWriter out;
    private final boolean terminal;

    ProgressLines(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Writes to the terminal if there is one. */
    static ProgressLines to(PrintWriter out) {
        return new ProgressLines(out, isTerminal());
    }

    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // From JDK 22 on there is always a console, and this method tells.
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    @Override
    public void on(Sample sample) {
        if (terminal) {
            out.print("\r\u001b[K" + line(sample));
            out.flush();
        } else if (sample.second() % EVERY == EVERY - 1) {
            out.println(line(sample));
            out.flush();
        }
    }

    @Override
    public void onWarmUp(Sample sample) {
        String line = String.format(Locale.ROOT, "%4d s  warm-up, not measured", sample.second() + 1);
        if (terminal) {
            out.print("\r\u001b[K" + line);
            out.flush();
        } else if (sample.second() % EVERY == EVERY - 1) {
            out.println(line);
            out.flush();
        }
    }

    /** Ends the line that changes. */
    void done() {
        if (terminal) {
            out.println();
            out.flush();
        }
    }

    private static String line(Sample sample) {
        return String.format(
                Locale.ROOT,
                "%4d s  %,d %s  %,d/s sent  %,d/s received  p99 %s  lag %s  %s%d errors",
                sample.second() + 1,
                sample.peers(),
                sample.peers() == 1 ? "peer" : "peers",
                sample.sent(),
                sample.received(),
                millis(sample.p99()),
                millis(sample.lag()),
                sample.cpu() < 0 ? "" : String.format(Locale.ROOT, "cpu %.0f %%  ", sample.cpu() * 100),
                sample.errors());
    }

    private static String millis(long nanos) {
        return nanos < 0 ? "–" : String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }
}
