package io.roomcast.testkit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Verdict;
import io.roomcast.testkit.scenario.StandardScenarios;
import io.roomcast.testkit.virtual.VirtualDriver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class ReportsTest {

    private static final Objective KEPT = new Objective("delivery.p99<200ms");
    private static final Objective MISSED = new Objective("delivery.p99 < 1 ms");

    @TempDir
    private Path folder;

    @Test
    void thePageNeedsNothingFromElsewhere() {
        String html = HtmlReport.html(Runs.report(Verdict.PASSED, 7, KEPT));
        assertThat(html.replace("http://www.w3.org", "")).doesNotContain("http:", "https:", "src=", "@import", "url(");
        assertThat(html)
                .contains(
                        "passed", "Offered against achieved", "Percentile spectrum", "delivery, service", "Room sizes")
                .contains(
                        "low outliers",
                        "high outliers",
                        "Processor time",
                        "Load average",
                        "Memory",
                        "The knee",
                        "io.roomcast.X.write")
                .contains("drain 1", "growth", "steady");
    }

    @Test
    void whatIsWrongIsSaidAtTheTopAndMarkupInItIsText() {
        String html = HtmlReport.html(Runs.report(Verdict.FAILED, 7));
        assertThat(html)
                .contains(
                        "failed",
                        "something &lt;was&gt; wrong",
                        "again --seed 42",
                        "chat/&lt;1&gt;",
                        "9 &amp; reached 8")
                .doesNotContain("<was>", "chat/<1>");
    }

    @Test
    void aVoidRunIsNeverShownAsAPass() throws Exception {
        RunReport report = Runs.report(Verdict.VOID, 7, KEPT);
        assertThat(HtmlReport.html(report)).contains("void: this run says nothing", "not to be relied on");
        Element suite = junit(report);
        assertThat(suite.getAttribute("errors")).isEqualTo("2");
        assertThat(suite.getAttribute("failures")).isEqualTo("0");
    }

    @Test
    void aMissedObjectiveIsShown() throws Exception {
        RunReport report = Runs.report(Verdict.PASSED, 7, KEPT, MISSED);
        assertThat(report.objectivesMet()).isFalse();
        assertThat(HtmlReport.html(report)).contains("objective missed", "✗ missed", "✓ kept");
        Element suite = junit(report);
        assertThat(suite.getAttribute("tests")).isEqualTo("3");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(suite.getAttribute("errors")).isEqualTo("0");
        assertThat(suite.getAttribute("skipped")).isEqualTo("0");
        assertThat(suite.getAttribute("time")).isEqualTo("11.0");
        assertThat(suite.getAttribute("timestamp")).isEqualTo("1970-01-01T00:16:40");
        var cases = suite.getElementsByTagName("testcase");
        assertThat(cases.getLength()).isEqualTo(3);
        for (int i = 0; i < cases.getLength(); i++) {
            Element each = (Element) cases.item(i);
            assertThat(each.getAttribute("classname")).isEqualTo("roomcast.loopback.chat");
            assertThat(each.getAttribute("name")).isNotEmpty();
            assertThat(Double.parseDouble(each.getAttribute("time"))).isNotNegative();
        }
        Element failure = (Element) suite.getElementsByTagName("failure").item(0);
        assertThat(((Element) failure.getParentNode()).getAttribute("name")).isEqualTo("delivery.p99<1ms");
        assertThat(failure.getAttribute("message")).contains("asked delivery.p99<1ms, seen 7");
    }

    private Element junit(RunReport report) throws Exception {
        Path file = folder.resolve("junit.xml");
        JUnitReport.write(file, report);
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement();
    }

    @Test
    void plotsOfTimesAreLeftOutWhereTimeIsVirtualAndNonePassed() {
        RunResult result =
                VirtualDriver.nodes(2).build().run(Order.of(StandardScenarios.conversation(8), 1), Progress.NONE);
        String html = HtmlReport.html(RunReport.of(result, Instant.EPOCH));
        assertThat(html)
                .contains("Time was virtual", "Offered against achieved", "Room sizes")
                .doesNotContain("Latency from the plan", "Percentile spectrum", "delivery, p99", "lag, 99 %");
    }

    @Test
    void aRunThatIsWrittenAndReadIsTheSame() throws Exception {
        RunReport report = Runs.report(Verdict.FAILED, 7, KEPT, MISSED);
        Path file = folder.resolve("run.json");
        JsonReport.write(file, report);
        RunReport read = JsonRuns.read(file);

        assertThat(read.outcomes()).isEqualTo(report.outcomes());
        assertThat(read.knee()).isEqualTo(report.knee());
        assertThat(read.profile()).isEqualTo(report.profile());
        assertThat(read.complaints()).isEqualTo(report.complaints());
        assertThat(read.result().checked()).isEqualTo(report.result().checked());
        assertThat(read.result().faults()).isEqualTo(report.result().faults());
        assertThat(read.result().timeline()).isEqualTo(report.result().timeline());
        assertThat(read.result().signature()).isEqualTo(report.result().signature());
        assertThat(read.result().measurements().counts())
                .isEqualTo(report.result().measurements().counts());
        assertThat(read.result().measurements().merged(Metric.DELIVERY).getValueAtPercentile(99))
                .isEqualTo(
                        report.result().measurements().merged(Metric.DELIVERY).getValueAtPercentile(99));
        assertThat(read.seconds().get(3).times(Metric.CONNECT).percentile(99))
                .isEqualTo(report.seconds().get(3).times(Metric.CONNECT).percentile(99));
        assertThat(HtmlReport.html(read)).isEqualTo(HtmlReport.html(report));
    }

    @Test
    void whatIsNoRunIsRefusedInWords() throws Exception {
        Path file = folder.resolve("other.json");
        for (String text : new String[] {"[]", "{", "{\"format\":\"roomcast-run/2\"}", "{\"scenario\":1}", "\u0000"}) {
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
            assertThatIllegalArgumentException()
                    .as(text)
                    .isThrownBy(() -> JsonRuns.read(file))
                    .withMessageContaining("other.json is no report of a run");
        }
    }

    @Test
    void objectivesAreJudgedByTheirMetric() {
        RunReport report = Runs.report(Verdict.PASSED, 7);
        assertThat(new Objective("delivery.average<8ms").judge(report.result()).met())
                .isTrue();
        assertThat(new Objective("delivery.max<6ms").judge(report.result()).met())
                .isFalse();
        assertThat(new Objective("delivery-service.p50<4ms")
                        .judge(report.result())
                        .met())
                .isTrue();
        assertThat(new Objective("connect.p99.9<1s").judge(report.result()).met())
                .isTrue();
        assertThat(new Objective("errors<0.1%").judge(report.result()).met()).isTrue();
        assertThat(new Objective("achieved>98%").judge(report.result()).met()).isTrue();
        assertThat(new Objective("request.p99<1s").judge(report.result()))
                .as("what was not measured was not kept")
                .isEqualTo(new Objective.Outcome("request.p99<1s", "no sample", false));
    }

    @Test
    void whatIsNoObjectiveIsRefusedInWords() {
        for (String text :
                new String[] {"delivery<1s", "delivery.p101<1s", "speed.p99<1s", "errors>1%", "", "payload.p99<1s"}) {
            assertThatIllegalArgumentException()
                    .as(text)
                    .isThrownBy(() -> new Objective(text))
                    .withMessageContaining("expected");
        }
    }

    @Test
    void missingDeliveriesCountAsErrorsAndAsNotAchieved() {
        RunReport report = Runs.report(Verdict.FAILED, 7);
        assertThat(Objective.errorShare(report.result())).isPositive();
        assertThat(Objective.achievedShare(report.result())).isLessThan(1);
    }
}
