package io.roomcast.benchmarks.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How servers of one kind are started. */
public interface Launcher {

    /** Returns why they cannot be started here, in words that say what to do about it; nothing if they can. */
    Optional<String> missing();

    /**
     * Returns the command that starts one.
     *
     * @param server its name
     * @param profile where to write a profile of it
     */
    List<String> command(String server, Optional<Path> profile);
}
