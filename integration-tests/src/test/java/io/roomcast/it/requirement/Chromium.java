package io.roomcast.it.requirement;

import java.nio.file.Path;
import java.util.Optional;

/** The machine's Chromium. */
public final class Chromium {

    private Chromium() {}

    /** Returns the program, or empty when there is none on the PATH. */
    public static Optional<Path> find() {
        return ToolCondition.onPath("chromium", "chromium-browser", "google-chrome");
    }
}
