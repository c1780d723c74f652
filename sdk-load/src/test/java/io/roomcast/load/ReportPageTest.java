package io.roomcast.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.load.requirement.Chromium;
import io.roomcast.load.requirement.RequiresChromium;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The report as a browser sees it. */
@RequiresChromium
class ReportPageTest {

    private static final int MOST_SECONDS = 60;

    /** Lists the labels that the browser draws beyond the edges of their plots. */
    private static final String LOOK = """
            <pre id="clipped"></pre><script>
            document.getElementById("clipped").textContent = JSON.stringify(
              [...document.querySelectorAll(".plot svg text")].filter(text => {
                const box = text.getBBox(), view = text.ownerSVGElement.viewBox.baseVal;
                return text.textContent && (box.x < 0 || box.y < 0
                  || box.x + box.width > view.width || box.y + box.height > view.height);
              }).map(text => text.textContent));
            </script>""";

    @TempDir
    private Path folder;

    @Test
    void thePlotsAreDrawnAndAnswerThePointer() throws IOException, InterruptedException {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(new StringWriter()));
        line.execute(
                "load",
                "tracker",
                "--virtual",
                "2",
                "--peers",
                "60",
                "--ramp-up",
                "2s",
                "--for",
                "5s",
                "--out",
                folder.toString());

        Path page = folder.resolve("report.html");
        Files.writeString(page, Files.readString(page).replace("</body>", LOOK + "</body>"));
        String dom = dom(page);
        long plots = count(dom, "<figure class=\"plot\">");
        assertThat(plots).isGreaterThan(6);
        assertThat(count(dom, "<div class=\"tip\" hidden=\"\">"))
                .as("the script gives each plot a tip, and stops at the first that it does not understand")
                .isEqualTo(plots);
        assertThat(dom).doesNotContain("NaN", "Infinity", "undefined");
        assertThat(dom).as("labels that do not lie within their plots").contains("<pre id=\"clipped\">[]</pre>");
    }

    private static long count(String text, String part) {
        return Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
    }

    private String dom(Path page) throws IOException, InterruptedException {
        Path dump = folder.resolve("dom.html");
        Process browser = new ProcessBuilder(
                        Chromium.find().orElseThrow().toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--dump-dom",
                        page.toUri().toString())
                .redirectOutput(dump.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(browser.waitFor(MOST_SECONDS, TimeUnit.SECONDS))
                    .as("waited %s s for Chromium", MOST_SECONDS)
                    .isTrue();
        } finally {
            browser.destroyForcibly();
        }
        return Files.readString(dump, StandardCharsets.UTF_8);
    }
}
