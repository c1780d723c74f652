package io.roomcast.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the pages say in Java compiles, and what they point to is there. */
class DocumentationTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    /** Code that is compiled, and most of it run, as tests: of this module, and of those that it cannot depend on. */
    private static final List<Path> SNIPPETS = List.of(
            Path.of("src", "test", "java", "io", "roomcast", "snippets"),
            ROOT.resolve("sdk-testkit/src/test/java/io/roomcast/testkit/cookbook"),
            ROOT.resolve("sdk-redis-bridge/src/test/java/io/roomcast/redis/RedisSnippets.java"));

    private static final List<String> PAGES_WITH_SNIPPETS = List.of(
            "README.md",
            "docs/guide.md",
            "docs/delivery-policies.md",
            "docs/testkit.md",
            "docs/scenarios.md",
            "docs/load-testing.md",
            "docs/bridge.md",
            "docs/redis.md");

    private static final Pattern JAVA_BLOCK =
            Pattern.compile("^```java\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("^```.*?^```|`[^`\\n]*`", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|(?:src|srcset|href)=\"([^\"]+)\"");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");
    private static final Pattern CODE_BLOCK = Pattern.compile("^```.*?^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern HEADING = Pattern.compile("^(#+) +(.*?)$", Pattern.MULTILINE);

    @TestFactory
    Stream<DynamicTest> everyJavaBlockCompiles() {
        String compiled = SNIPPETS.stream()
                .flatMap(folder -> files(folder, ".java"))
                .map(file -> squeezed(read(file)))
                .collect(Collectors.joining("\n"));
        List<DynamicTest> tests = new ArrayList<>();
        for (String page : PAGES_WITH_SNIPPETS) {
            List<MatchResult> blocks =
                    JAVA_BLOCK.matcher(read(ROOT.resolve(page))).results().toList();
            assertThat(blocks).as("Java blocks of %s", page).isNotEmpty();
            for (MatchResult block : blocks) {
                String code = block.group(1);
                tests.add(DynamicTest.dynamicTest(
                        page + ": " + code.strip().lines().findFirst().orElse("empty"),
                        () -> assertThat(compiled)
                                .as("the code of %s, in which this block of %s should be:%n%s", SNIPPETS, page, code)
                                .contains(squeezed(code))));
            }
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> everyLinkLeadsSomewhere() {
        return Stream.concat(
                        Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
                                .map(ROOT::resolve),
                        Stream.of("docs", "samples", "sdk-js-client", "benchmarks")
                                .map(ROOT::resolve)
                                .flatMap(folder -> files(folder, ".md")))
                .map(page -> DynamicTest.dynamicTest(
                        ROOT.relativize(page).toString(),
                        () -> assertThat(deadLinks(page))
                                .as("links of %s to files or headings that are not there", ROOT.relativize(page))
                                .isEmpty()));
    }

    @Test
    void theContentsOfTheGuideNameAllItsParts() {
        String guide = read(ROOT.resolve("docs/guide.md"));
        List<String> parts = HEADING.matcher(CODE_BLOCK.matcher(guide).replaceAll(""))
                .results()
                .filter(heading -> heading.group(1).equals("##"))
                .map(heading -> heading.group(2))
                .toList();
        List<String> contents = Pattern.compile("^- \\[(.*?)]\\(#", Pattern.MULTILINE)
                .matcher(guide)
                .results()
                .map(part -> part.group(1))
                .toList();
        assertThat(contents).isEqualTo(parts);
    }

    private static List<String> deadLinks(Path page) {
        return LINK.matcher(CODE.matcher(read(page)).replaceAll(""))
                .results()
                .map(link -> link.group(1) != null ? link.group(1) : link.group(2))
                .filter(link -> !ELSEWHERE.matcher(link).matches())
                .filter(link -> !leadsSomewhere(page, link))
                .toList();
    }

    /** Whether the file is there, and in a page the heading. */
    private static boolean leadsSomewhere(Path page, String link) {
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path target = file.isEmpty() ? page : page.resolveSibling(file);
        return Files.exists(target)
                && (hash < 0
                        || !target.toString().endsWith(".md")
                        || anchors(target).anyMatch(link.substring(hash + 1)::equals));
    }

    /** What a page's headings are called in links, as GitHub and most others do it. */
    private static Stream<String> anchors(Path page) {
        return HEADING.matcher(CODE_BLOCK.matcher(read(page)).replaceAll(""))
                .results()
                .map(heading -> heading.group(2)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'));
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }

    private static Stream<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !file.toString().matches(".*/(node_modules|target)/.*"))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
