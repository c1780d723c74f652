package io.roomcast.load.requirement;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** The machine's Chromium. */
public final class Chromium {

    private Chromium() {}

    /** Returns the program, or empty when there is none on the PATH. */
    public static Optional<Path> find() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(program ->
                        Arrays.stream(path.split(File.pathSeparator)).map(folder -> Path.of(folder, program)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
