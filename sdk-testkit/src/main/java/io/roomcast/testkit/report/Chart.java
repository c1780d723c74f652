package io.roomcast.testkit.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.DoubleFunction;

/** A plot as inline SVG, with its numbers beside it for whoever points at it. Not safe for concurrent use. */
final class Chart {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 250;
    private static final int LEFT = 70;
    private static final int RIGHT = 14;
    private static final int TOP = 14;
    private static final int BOTTOM = 30;
    private static final int MOST_POINTS = 600;
    private static final int TICKS = 5;
    /** How wide a character of the small print is, about: somewhat more than most are. */
    private static final double CHARACTER = 7;

    private final String title;
    private final String note;
    private final List<Line> lines = new ArrayList<>();
    private final List<Band> bands = new ArrayList<>();
    private final List<Band> marks = new ArrayList<>();
    private DoubleFunction<String> xText = Format::number;
    private DoubleFunction<String> yText = Format::number;
    private DoubleFunction<String> xTick = Format::number;
    private DoubleFunction<String> yTick = Format::tick;
    private boolean logX;
    private boolean logY;
    private boolean bars;
    private boolean binary;
    private boolean binaryX;
    private String xTitle = "seconds";

    /** @param color number of one of the style sheet's colours */
    private record Line(String name, int color, boolean dashed, boolean filled, double[] x, double[] y) {}

    private record Band(double from, double to, String text) {}

    Chart(String title, String note) {
        this.title = title;
        this.note = note;
    }

    Chart x(String what, DoubleFunction<String> text, boolean log) {
        xTitle = what;
        xText = text;
        xTick = text;
        logX = log;
        return this;
    }

    /** Counts along the axis, which may be large. */
    Chart xCounts(String what) {
        x(what, Format::number, false);
        xTick = Format::tick;
        return this;
    }

    /** Bytes along the axis. */
    Chart xBytes(String what) {
        binaryX = true;
        return x(what, Format::bytes, false);
    }

    Chart y(DoubleFunction<String> text, boolean log) {
        yText = text;
        yTick = text;
        logY = log;
        return this;
    }

    /** Values are bytes. */
    Chart bytes() {
        binary = true;
        return y(Format::bytes, false);
    }

    Chart line(String name, int color, double[] x, double[] y) {
        return add(new Line(name, color, false, false, x, y));
    }

    Chart dashed(String name, int color, double[] x, double[] y) {
        return add(new Line(name, color, true, false, x, y));
    }

    Chart area(String name, int color, double[] x, double[] y) {
        return add(new Line(name, color, false, true, x, y));
    }

    /** Draws the last line as bars. */
    Chart asBars() {
        bars = true;
        return this;
    }

    private Chart add(Line line) {
        for (double value : line.y) {
            if (!Double.isNaN(value)) {
                lines.add(thin(line));
                return this;
            }
        }
        return this;
    }

    /** More points than there are pixels: of each group the highest is kept, so that no peak is lost. */
    private static Line thin(Line line) {
        int count = line.x.length;
        if (count <= MOST_POINTS) {
            return line;
        }
        double[] x = new double[MOST_POINTS];
        double[] y = new double[MOST_POINTS];
        for (int i = 0; i < MOST_POINTS; i++) {
            int from = (int) ((long) i * count / MOST_POINTS);
            int to = (int) ((i + 1L) * count / MOST_POINTS);
            int best = from;
            for (int j = from; j < to; j++) {
                if (Double.isNaN(line.y[best]) || line.y[j] > line.y[best]) {
                    best = j;
                }
            }
            x[i] = line.x[best];
            y[i] = line.y[best];
        }
        return new Line(line.name, line.color, line.dashed, line.filled, x, y);
    }

    /** Shades a part, such as the time of a fault. */
    Chart band(double from, double to, String text) {
        bands.add(new Band(from, to, text));
        return this;
    }

    /** Draws an upright line, such as where a phase begins. */
    Chart mark(double at, String text) {
        marks.add(new Band(at, at, text));
        return this;
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    String html() {
        Scale x = Scale.over(lines.stream().map(Line::x).toList(), logX, false);
        if (bars && !isEmpty()) {
            x = x.widened(step(lines.get(lines.size() - 1)) / 2);
        }
        Scale y = Scale.over(lines.stream().map(Line::y).toList(), logY, true);
        StringBuilder out = new StringBuilder("<figure class=\"plot\"><figcaption><b>")
                .append(Html.text(title))
                .append("</b>")
                .append(note.isEmpty() ? "" : " <span class=\"dim\">" + Html.text(note) + "</span>")
                .append("</figcaption>");
        out.append(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH,
                HEIGHT,
                Html.text(title)));
        grid(out, x, y);
        double named = LEFT;
        for (Band band : bands) {
            double from = px(x, Math.max(band.from, x.low));
            double to = px(x, Math.min(band.to, x.high));
            if (to > from) {
                String name = fitting(band.text, from, named);
                named = name.isEmpty() ? named : from + 3 + width(name);
                out.append(String.format(
                        Locale.ROOT,
                        "<rect class=\"fault\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>%s</title></rect>"
                                + "<text class=\"faultname\" x=\"%.1f\" y=\"%d\">%s</text>",
                        from,
                        TOP,
                        to - from,
                        HEIGHT - TOP - BOTTOM,
                        Html.text(band.text),
                        from + 3,
                        TOP + 11,
                        Html.text(name)));
            }
        }
        double free = LEFT;
        for (Band mark : marks) {
            if (mark.from >= x.low && mark.from <= x.high) {
                double at = px(x, mark.from);
                String name = fitting(mark.text, at, free);
                free = name.isEmpty() ? free : at + 3 + width(name);
                out.append(String.format(
                        Locale.ROOT,
                        "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/><text class=\"markname\" x=\"%.1f\" y=\"%d\">%s</text>",
                        at,
                        at,
                        TOP,
                        HEIGHT - BOTTOM,
                        at + 3,
                        HEIGHT - BOTTOM - 4,
                        Html.text(name)));
            }
        }
        for (Line line : lines) {
            if (bars) {
                bars(out, line, x, y);
            } else {
                path(out, line, x, y);
            }
        }
        out.append("<line class=\"cross\" y1=\"")
                .append(TOP)
                .append("\" y2=\"")
                .append(HEIGHT - BOTTOM)
                .append("\"/></svg>");
        legend(out);
        data(out, x);
        return out.append("</figure>\n").toString();
    }

    /** Returns a name that is written beside something, or nothing where there is no room for it. */
    private static String fitting(String name, double at, double free) {
        return at >= free && at + 3 + width(name) <= WIDTH ? name : "";
    }

    private static double width(String text) {
        return CHARACTER * text.length();
    }

    private void grid(StringBuilder out, Scale x, Scale y) {
        for (double tick : y.ticks(TICKS, binary)) {
            double at = py(y, tick);
            out.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text class=\"tick end\" x=\"%d\" y=\"%.1f\">%s</text>",
                    LEFT,
                    WIDTH - RIGHT,
                    at,
                    at,
                    LEFT - 6,
                    at + 3.5,
                    Html.text(yTick.apply(tick))));
        }
        double free = 0;
        for (double tick : x.ticks(TICKS + 2, binaryX)) {
            String text = xTick.apply(tick);
            double at = Math.max(width(text) / 2, Math.min(WIDTH - width(text) / 2, px(x, tick)));
            if (at - width(text) / 2 >= free) {
                free = at + width(text) / 2 + CHARACTER;
                out.append(String.format(
                        Locale.ROOT,
                        "<text class=\"tick mid\" x=\"%.1f\" y=\"%d\">%s</text>",
                        at,
                        HEIGHT - BOTTOM + 15,
                        Html.text(text)));
            }
        }
        out.append(String.format(
                Locale.ROOT,
                "<text class=\"tick end axisname\" x=\"%d\" y=\"%d\">%s</text><line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>",
                WIDTH - RIGHT,
                HEIGHT - 3,
                Html.text(xTitle),
                LEFT,
                WIDTH - RIGHT,
                HEIGHT - BOTTOM,
                HEIGHT - BOTTOM));
    }

    private void path(StringBuilder out, Line line, Scale x, Scale y) {
        StringBuilder path = new StringBuilder();
        boolean pen = false;
        double first = Double.NaN;
        double last = Double.NaN;
        for (int i = 0; i < line.x.length; i++) {
            if (Double.isNaN(line.y[i])) {
                pen = false;
                continue;
            }
            last = px(x, line.x[i]);
            if (Double.isNaN(first)) {
                first = last;
            }
            path.append(String.format(Locale.ROOT, "%s%.1f %.1f", pen ? "L" : "M", last, py(y, line.y[i])));
            pen = true;
        }
        if (line.filled) {
            out.append(String.format(
                    Locale.ROOT,
                    "<path class=\"area c%d\" d=\"%sL%.1f %dL%.1f %dZ\"/>",
                    line.color,
                    path,
                    last,
                    HEIGHT - BOTTOM,
                    first,
                    HEIGHT - BOTTOM));
        }
        out.append("<path class=\"line c")
                .append(line.color)
                .append(line.dashed ? " dashed" : "")
                .append("\" d=\"")
                .append(path)
                .append("\"/>");
        if (line.x.length < 40) {
            for (int i = 0; i < line.x.length; i++) {
                if (!Double.isNaN(line.y[i])) {
                    out.append(String.format(
                            Locale.ROOT,
                            "<circle class=\"c%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"2\"/>",
                            line.color,
                            px(x, line.x[i]),
                            py(y, line.y[i])));
                }
            }
        }
    }

    private static void bars(StringBuilder out, Line line, Scale x, Scale y) {
        double width = Math.min(40, Math.max(1, step(line) / (x.high - x.low) * (WIDTH - LEFT - RIGHT) * 0.8));
        for (int i = 0; i < line.x.length; i++) {
            if (line.y[i] > 0) {
                double at = py(y, line.y[i]);
                out.append(String.format(
                        Locale.ROOT,
                        "<rect class=\"bar c%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                        line.color,
                        px(x, line.x[i]) - width / 2,
                        at,
                        width,
                        HEIGHT - BOTTOM - at));
            }
        }
    }

    /** Returns how far a bar is from the next. */
    private static double step(Line line) {
        return line.x.length < 2 ? 1 : line.x[1] - line.x[0];
    }

    private void legend(StringBuilder out) {
        out.append("<div class=\"legend\">");
        Set<String> named = new HashSet<>();
        for (Line line : lines) {
            if (!named.add(line.name)) {
                continue;
            }
            out.append("<span><i class=\"c")
                    .append(line.color)
                    .append(line.dashed ? " dashed" : "")
                    .append("\"></i>")
                    .append(Html.text(line.name))
                    .append("</span>");
        }
        out.append("</div>");
    }

    /** The numbers, as text, for the pointer. */
    private void data(StringBuilder out, Scale x) {
        out.append("<script type=\"application/json\">{\"lines\":[");
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            out.append(i == 0 ? "" : ",")
                    .append("{\"name\":")
                    .append(Html.json(line.name))
                    .append(",\"points\":[");
            boolean first = true;
            for (int j = 0; j < line.x.length; j++) {
                if (!Double.isNaN(line.y[j])) {
                    out.append(first ? "" : ",")
                            .append(String.format(Locale.ROOT, "[%.1f,", px(x, line.x[j])))
                            .append(Html.json(xText.apply(line.x[j])))
                            .append(',')
                            .append(Html.json(yText.apply(line.y[j])))
                            .append(']');
                    first = false;
                }
            }
            out.append("]}");
        }
        out.append("]}</script>");
    }

    private static double px(Scale scale, double value) {
        return LEFT + scale.share(value) * (WIDTH - LEFT - RIGHT);
    }

    private static double py(Scale scale, double value) {
        return HEIGHT - BOTTOM - scale.share(value) * (HEIGHT - TOP - BOTTOM);
    }

    /** From values to shares of an axis. */
    private record Scale(double low, double high, boolean log, boolean whole) {

        static Scale over(List<double[]> all, boolean log, boolean fromZero) {
            double low = Double.MAX_VALUE;
            double high = -Double.MAX_VALUE;
            boolean whole = true;
            for (double[] values : all) {
                for (double value : values) {
                    if (!Double.isNaN(value) && (!log || value > 0)) {
                        whole &= value == Math.rint(value);
                        low = Math.min(low, value);
                        high = Math.max(high, value);
                    }
                }
            }
            if (low > high) {
                return new Scale(0, 1, false, false);
            }
            if (log) {
                double floor = Math.pow(10, Math.floor(Math.log10(low)));
                double ceiling = fromZero ? Math.pow(10, Math.ceil(Math.log10(high))) : high;
                return new Scale(fromZero ? floor : low, Math.max(ceiling, floor * 1.0001), true, false);
            }
            double bottom = fromZero ? Math.min(0, low) : low;
            double top = fromZero ? high + (high - bottom) * 0.06 : high;
            return new Scale(bottom, top > bottom ? top : bottom + 1, false, whole);
        }

        /** Returns the scale with room on both sides, so that bars at its ends are whole. */
        Scale widened(double by) {
            return new Scale(low - by, high + by, log, whole);
        }

        double share(double value) {
            double share = log
                    ? (Math.log10(Math.max(value, low)) - Math.log10(low)) / (Math.log10(high) - Math.log10(low))
                    : (value - low) / (high - low);
            return Math.max(0, Math.min(1, share));
        }

        List<Double> ticks(int about, boolean powersOfTwo) {
            List<Double> ticks = new ArrayList<>();
            if (log) {
                for (double tick = Math.pow(10, Math.ceil(Math.log10(low) - 1e-9)); tick <= high * 1.0001; tick *= 10) {
                    ticks.add(tick);
                }
                return ticks;
            }
            double rough = (high - low) / about;
            double power = Math.pow(10, Math.floor(Math.log10(rough)));
            double step = powersOfTwo ? Math.pow(2, Math.ceil(Math.log(rough) / Math.log(2))) : power;
            for (double nice : new double[] {1, 2, 5, 10}) {
                if (!powersOfTwo && power * nice >= rough) {
                    step = power * nice;
                    break;
                }
            }
            if (whole) {
                step = Math.max(1, step);
            }
            for (double tick = Math.ceil(low / step - 1e-9) * step; tick <= high + step * 1e-6; tick += step) {
                ticks.add(Math.abs(tick) < step * 1e-9 ? 0 : tick);
            }
            return ticks;
        }
    }
}
