package io.roomcast.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Reads the sources: what a type is for is said where it is declared. */
class JavadocTest {

    private static final Path SOURCES = Path.of("src", "main", "java");

    /** A top-level declaration starts a line; palantir-java-format indents all others. */
    private static final Pattern PUBLIC_TYPE = Pattern.compile(
            "^public (?:(?:abstract|final|sealed|non-sealed|strictfp) )*(?:class|interface|record|enum|@interface) (\\w+)",
            Pattern.MULTILINE);

    private static final Pattern COMMENT_AND_ANNOTATIONS =
            Pattern.compile("/\\*\\*(?<comment>(?:[^*]++|\\*(?!/))*+)\\*/\\s*(?:@\\w+(?:\\([^)]*\\))?\\s*)*$");

    @TestFactory
    Stream<DynamicTest> everyPublicTypeSaysWhatItIs() throws IOException {
        return sources("glob:**.java")
                .filter(file -> !file.endsWith("package-info.java") && !file.endsWith("module-info.java"))
                .flatMap(JavadocTest::publicTypes);
    }

    @TestFactory
    Stream<DynamicTest> everyPackageSaysWhatItHolds() throws IOException {
        return sources("glob:**/package-info.java")
                .map(file -> DynamicTest.dynamicTest(
                        SOURCES.relativize(file.getParent()).toString(),
                        () -> assertThat(Files.readString(file)).startsWith("/**")));
    }

    private static Stream<Path> sources(String glob) throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<Path> found = files.filter(SOURCES.getFileSystem().getPathMatcher(glob)::matches)
                    .sorted()
                    .toList();
            assertThat(found)
                    .as("files %s below %s", glob, SOURCES.toAbsolutePath())
                    .isNotEmpty();
            return found.stream();
        }
    }

    private static Stream<DynamicTest> publicTypes(Path file) {
        String source = read(file);
        return PUBLIC_TYPE
                .matcher(source)
                .results()
                .map(type -> DynamicTest.dynamicTest(
                        type.group(1),
                        () -> assertThat(firstSentence(source.substring(0, type.start())))
                                .as("Javadoc of %s in %s", type.group(1), file)
                                .hasSizeGreaterThan(10)));
    }

    private static String firstSentence(String beforeType) {
        Matcher comment = COMMENT_AND_ANNOTATIONS.matcher(beforeType);
        if (!comment.find()) {
            return "";
        }
        String prose =
                comment.group("comment").replaceAll("\\s*\\n\\s*\\*?\\s*", " ").strip();
        Matcher sentence = Pattern.compile("^[^@].*?[.:](?=\\s|$)").matcher(prose);
        return sentence.find() ? sentence.group() : "";
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
