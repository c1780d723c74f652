package io.roomcast.testkit.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChartTest {

    private static final Pattern TEXT =
            Pattern.compile("<text class=\"([a-z ]+)\" x=\"([0-9.]+)\" y=\"([0-9.]+)\">([^<]*)</text>");
    private static final Pattern BAR =
            Pattern.compile("class=\"bar c0\" x=\"([0-9.]+)\" y=\"[0-9.]+\" width=\"([0-9.]+)\"");
    private static final double WIDTH = 640;
    private static final double HEIGHT = 250;
    /** Of most fonts, at the size of the small print. A browser looks at the real ones in ReportPageTest of sdk-load. */
    private static final double CHARACTER = 6.6;

    /** @param left where it begins */
    private record Label(String kind, double left, double right, double y, String text) {}

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.00013, 0.4, 1, 3, 999, 9_999, 12_345, 99_999, 1e6, 25e6, 987_654_321, 6e9, 9.99e13})
    void noLabelLiesOutsideItsPlotHoweverLargeItsNumbersAre(double most) {
        double[] x = {0, most / 3, most};
        double[] y = {0, most / 2, most};
        for (Chart chart : List.of(
                new Chart("numbers", "").xCounts("a second").line("a", 0, x, y),
                new Chart("bytes", "").xBytes("").bytes().line("a", 0, x, y),
                new Chart("times", "")
                        .x("", Format::nanos, false)
                        .y(Format::nanos, false)
                        .line("a", 0, x, y),
                new Chart("times", "").y(Format::nanos, true).line("a", 0, x, y))) {
            for (Label label : labels(chart.html())) {
                assertThat(label.left).as(label.toString()).isNotNegative();
                assertThat(label.right).as(label.toString()).isLessThanOrEqualTo(WIDTH);
                assertThat(label.y).as(label.toString()).isBetween(8.0, HEIGHT);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.00013, 0.04, 0.4, 1, 2, 9_999, 12_345, 25e6, 6e9})
    void noTwoTicksOfAnAxisReadAlike(double most) {
        List<Label> labels = labels(new Chart("numbers", "")
                .line("a", 0, new double[] {0, 1}, new double[] {0, most})
                .html());
        List<String> texts = labels.stream()
                .filter(label -> label.kind.equals("tick end"))
                .map(Label::text)
                .toList();
        assertThat(texts).doesNotHaveDuplicates().hasSizeGreaterThan(1);
    }

    @Test
    void namesOfFaultsAndPhasesLeaveEachOtherRoom() {
        double[] seconds = new double[100];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = i;
        }
        Chart chart = new Chart("peers", "").line("peers", 0, seconds, seconds);
        for (int second = 0; second < 100; second += 3) {
            chart.band(second, second + 2, "one way partition 12").mark(second, "a phase of the run");
        }
        String html = chart.html();
        for (String kind : List.of("faultname", "markname")) {
            double free = 0;
            int named = 0;
            for (Label label : labels(html)) {
                if (label.kind.equals(kind) && !label.text.isEmpty()) {
                    assertThat(label.left).as(label.toString()).isGreaterThanOrEqualTo(free);
                    assertThat(label.right).as(label.toString()).isLessThanOrEqualTo(WIDTH);
                    free = label.right;
                    named++;
                }
            }
            assertThat(named).isBetween(2, 6);
        }
        assertThat(html)
                .as("those without room say what they are to the pointer")
                .contains("<title>one way");
    }

    @Test
    void whatIsCountedHasNoHalves() {
        List<Label> labels = labels(new Chart("peers", "")
                .line("peers", 0, new double[] {0, 1, 2}, new double[] {0, 1, 0})
                .html());
        assertThat(labels.stream()
                        .filter(label -> label.kind.equals("tick end"))
                        .map(Label::text)
                        .limit(2))
                .containsExactly("0", "1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 30})
    void barsStandApartAndWithinTheAxis(int count) {
        double[] x = new double[count];
        double[] y = new double[count];
        for (int i = 0; i < count; i++) {
            x[i] = 24 + 33.5 * i;
            y[i] = 7;
        }
        String html = new Chart("sizes", "").line("how many", 0, x, y).asBars().html();
        Matcher bar = BAR.matcher(html);
        double free = 70;
        int bars = 0;
        for (; bar.find(); bars++) {
            double left = Double.parseDouble(bar.group(1));
            assertThat(left).as("bar %s", bars).isGreaterThan(free);
            free = left + Double.parseDouble(bar.group(2));
        }
        assertThat(bars).isEqualTo(count);
        assertThat(free).isLessThan(WIDTH - 14);
    }

    @Test
    void largeNumbersBesideAnAxisAreShort() {
        assertThat(List.of(
                        Format.tick(0),
                        Format.tick(0.05),
                        Format.tick(2500),
                        Format.tick(10_000),
                        Format.tick(12_500),
                        Format.tick(10e6),
                        Format.tick(2.5e6),
                        Format.tick(6e9)))
                .containsExactly("0", "0.05", "2,500", "10 k", "12.5 k", "10 M", "2.5 M", "6 G");
    }

    private static List<Label> labels(String html) {
        List<Label> labels = new ArrayList<>();
        Matcher matcher = TEXT.matcher(html);
        while (matcher.find()) {
            double x = Double.parseDouble(matcher.group(2));
            double width = CHARACTER * matcher.group(4).length();
            double left = matcher.group(1).contains("end")
                    ? x - width
                    : matcher.group(1).contains("mid") ? x - width / 2 : x;
            labels.add(new Label(
                    matcher.group(1), left, left + width, Double.parseDouble(matcher.group(3)), matcher.group(4)));
        }
        assertThat(labels).isNotEmpty();
        return labels;
    }
}
