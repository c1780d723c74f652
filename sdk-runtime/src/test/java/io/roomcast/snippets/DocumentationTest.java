package io.roomcast.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the pages say in Java compiles, and what they point to is there. */
class DocumentationTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    /** Code that is compiled, and most of it run, as tests: of this module, and of the testkit, which it cannot depend on. */
    private static final List<Path> SNIPPETS = List.of(
            Path.of("src", "test", "java", "io", "roomcast", "snippets"),
            ROOT.resolve("sdk-testkit/src/test/java/io/roomcast/testkit/cookbook"));

    private static final List<String> PAGES_WITH_SNIPPETS =
            List.of("README.md", "docs/guide.md", "docs/delivery-policies.md", "docs/testkit.md");

    private static final Pattern JAVA_BLOCK =
            Pattern.compile("^```java\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("^```.*?^```|`[^`\\n]*`", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|(?:src|srcset|href)=\"([^\"]+)\"");
    private static final Pattern ELSEWHERE = Pattern.compile("(?:[a-z]+:|#).*");

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
                                .as("links of %s to files that are not there", ROOT.relativize(page))
                                .isEmpty()));
    }

    private static List<String> deadLinks(Path page) {
        return LINK.matcher(CODE.matcher(read(page)).replaceAll(""))
                .results()
                .map(link -> link.group(1) != null ? link.group(1) : link.group(2))
                .filter(link -> !ELSEWHERE.matcher(link).matches())
                .filter(link -> !Files.exists(page.resolveSibling(link.replaceFirst("#.*", ""))))
                .toList();
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
