package io.roomcast.testkit.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * A bug to put into the runtime on purpose: a file in {@code src/test/mutations}.
 *
 * @param name of the file, without its ending
 * @param bug what it does, for people
 * @param source which source of the runtime
 * @param before a piece of it, which is there once
 * @param after what that becomes
 */
record Mutation(String name, String bug, String source, String before, String after) {

    private static final Path MUTATIONS = Path.of("src/test/mutations");
    private static final Path SOURCES = Path.of("../sdk-runtime/src/main/java");

    /** Returns all, by name. */
    static List<Mutation> all() throws IOException {
        try (Stream<Path> files = Files.list(MUTATIONS)) {
            List<Path> sorted = files.sorted().toList();
            List<Mutation> all = new java.util.ArrayList<>();
            for (Path file : sorted) {
                all.add(read(file));
            }
            return all;
        }
    }

    private static Mutation read(Path file) throws IOException {
        String[] parts = Files.readString(file).split("=== ", 3);
        String[] before = parts[1].split("\n", 2);
        String[] after = parts[2].split("\n", 2);
        return new Mutation(
                file.getFileName().toString().replace(".txt", ""),
                parts[0].strip(),
                before[0],
                before[1].stripTrailing(),
                after[1].stripTrailing());
    }

    /** Returns the source with the bug in it. */
    String mutated() throws IOException {
        String text = Files.readString(SOURCES.resolve(source));
        assertThat(text.split(Pattern.quote(before), -1))
                .as("the piece that " + MUTATIONS.resolve(name + ".txt") + " replaces is once in " + source
                        + "; write the mutation anew where the source has changed")
                .hasSize(2);
        return text.replace(before, after);
    }

    /** Compiles the one source that has the bug. @param classes where its classes go */
    void compile(Path classes, String classPath) throws IOException {
        Path file = classes.resolve("sources").resolve(source);
        Files.createDirectories(file.getParent());
        Files.writeString(file, mutated());
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-nowarn",
                        "-cp",
                        classPath,
                        "-d",
                        classes.toString(),
                        file.toString());
        assertThat(status).as("compiling " + name).isZero();
    }

    @Override
    public String toString() {
        return name;
    }
}
