package io.roomcast.testkit.report;

import io.roomcast.testkit.result.Finding;
import io.roomcast.testkit.result.RunResult;
import io.roomcast.testkit.result.Verdict;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A run as the XML that continuous integration shows: the run itself is a test, and so is each objective. A void run is an error, never a pass. */
public final class JUnitReport {

    private JUnitReport() {}

    private record Case(String name, String failure, boolean error, double seconds) {}

    /** Writes a file. */
    public static void write(Path file, RunReport report) throws IOException {
        try (Writer writer = Files.newBufferedWriter(file)) {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(writer);
            suite(xml, report);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static void suite(XMLStreamWriter xml, RunReport report) throws XMLStreamException {
        RunResult result = report.result();
        List<Case> cases = cases(report);
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", "roomcast." + result.scenario());
        xml.writeAttribute("tests", Integer.toString(cases.size()));
        xml.writeAttribute(
                "failures",
                Long.toString(cases.stream()
                        .filter(each -> !each.failure.isEmpty() && !each.error)
                        .count()));
        xml.writeAttribute(
                "errors",
                Long.toString(cases.stream().filter(each -> each.error).count()));
        xml.writeAttribute("skipped", "0");
        xml.writeAttribute("time", Double.toString(seconds(result)));
        // Without a zone, as the schemas of CI systems have it.
        xml.writeAttribute(
                "timestamp",
                report.at().truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ""));
        for (Case each : cases) {
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", "roomcast." + result.mode() + "." + result.scenario());
            xml.writeAttribute("name", each.name);
            xml.writeAttribute("time", Double.toString(each.seconds));
            if (!each.failure.isEmpty()) {
                xml.writeStartElement(each.error ? "error" : "failure");
                xml.writeAttribute("type", each.error ? "void" : "missed");
                xml.writeAttribute("message", each.failure.lines().findFirst().orElse(""));
                xml.writeCharacters(each.failure);
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private static double seconds(RunResult result) {
        return result.took().toMillis() / 1e3;
    }

    private static List<Case> cases(RunReport report) {
        RunResult result = report.result();
        boolean isVoid = result.verdict() == Verdict.VOID;
        List<Case> cases = new ArrayList<>();
        StringBuilder why = new StringBuilder();
        if (result.verdict() != Verdict.PASSED) {
            why.append(result.verdict()).append(": ").append(String.join("\n", result.reasons()));
            for (Finding finding : result.checked().findings()) {
                why.append('\n').append(finding);
            }
            if (!result.replay().isEmpty()) {
                why.append("\nagain: ").append(result.replay());
            }
        }
        cases.add(new Case("run", why.toString(), isVoid, seconds(result)));
        for (Objective.Outcome outcome : report.outcomes()) {
            String failure = isVoid
                    ? "the run is void"
                    : outcome.met() ? "" : "asked " + outcome.text() + ", seen " + outcome.observed();
            cases.add(new Case(outcome.text(), failure, isVoid, 0));
        }
        return cases;
    }
}
