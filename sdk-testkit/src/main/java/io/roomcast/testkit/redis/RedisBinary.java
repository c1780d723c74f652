package io.roomcast.testkit.redis;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import redis.embedded.core.ExecutableProvider;

/** Where the program comes from. */
public enum RedisBinary {

    /** {@code redis-server} from the PATH. */
    INSTALLED {
        @Override
        Optional<Path> find() {
            String path = System.getenv("PATH");
            if (path == null) {
                return Optional.empty();
            }
            for (String folder : path.split(File.pathSeparator, -1)) {
                Path program = Path.of(folder.isEmpty() ? "." : folder, "redis-server");
                if (Files.isExecutable(program)) {
                    return Optional.of(program);
                }
            }
            return Optional.empty();
        }
    },

    /** The one in {@code com.github.codemonstur:embedded-redis}, a Redis 6.2, if that is on the class path. */
    EMBEDDED {
        @Override
        Optional<Path> find() {
            try {
                return Optional.of(Embedded.PROGRAM);
            } catch (NoClassDefFoundError missing) {
                return Optional.empty();
            }
        }
    },

    /** The installed one, else the embedded one. */
    ANY {
        @Override
        Optional<Path> find() {
            return INSTALLED.find().or(EMBEDDED::find);
        }
    };

    abstract Optional<Path> find();

    /** Returns whether there is one. */
    public boolean isAvailable() {
        return find().isPresent();
    }

    /** Unpacked once. In a class of its own, which fails to load where the library is missing. */
    private static final class Embedded {
        private static final Path PROGRAM = unpack();

        private static Path unpack() {
            try {
                return ExecutableProvider.newJarResourceProvider().get().toPath();
            } catch (IOException unusable) {
                throw new IllegalStateException("the embedded Redis cannot be unpacked", unusable);
            }
        }
    }
}
