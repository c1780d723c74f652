package io.roomcast.testkit.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as people read them. */
final class Format {

    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB"};

    private static final String[] DECIMAL = {"", "k", "M", "G", "T", "P"};

    private Format() {}

    /** A time with three digits and its unit. */
    static String nanos(double nanos) {
        if (nanos < 0) {
            return "–";
        }
        if (nanos < 1e3) {
            return number(nanos) + " ns";
        }
        if (nanos < 1e6) {
            return number(nanos / 1e3) + " µs";
        }
        return nanos < 1e9 ? number(nanos / 1e6) + " ms" : number(nanos / 1e9) + " s";
    }

    static String bytes(double bytes) {
        if (bytes < 0) {
            return "–";
        }
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < BINARY.length - 1) {
            value /= 1024;
            unit++;
        }
        return number(value) + " " + BINARY[unit];
    }

    /** A number with three digits, thousands apart. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 100 || size == 0 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", value);
    }

    /** A number beside an axis: no longer than nine characters, and no two that differ alike. */
    static String tick(double value) {
        double size = Math.abs(value);
        int unit = 0;
        while (size >= (unit == 0 ? 1e4 : 1e3) && unit < DECIMAL.length - 1) {
            size /= 1e3;
            unit++;
        }
        if (unit == 0 && (size >= 10 || size == Math.rint(size))) {
            return number(value);
        }
        String digits = new BigDecimal(Math.copySign(size, value))
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
        return unit == 0 ? digits : digits + " " + DECIMAL[unit];
    }

    static String percent(double share) {
        double percent = share * 100;
        return String.format(
                Locale.ROOT,
                percent != 0 && percent < 1 || percent > 99 && percent < 100 ? "%.3f %%" : "%.1f %%",
                percent);
    }
}
