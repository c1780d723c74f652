package io.roomcast.samples.tracker.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the stream into a folder: {@value #SEGMENTS} segments and {@code manifest.json} with their hashes. The build runs
 * it, so that the repository holds the film and not its bytes. A folder that is newer than the program is left as it is.
 */
public final class StreamWriter {

    /** Segments of the film, one second each. */
    static final int SEGMENTS = 48;

    private static final String MANIFEST = "manifest.json";
    private static final int SEGMENT_MILLIS = 1_000;

    private StreamWriter() {}

    /** Writes the stream into the folder that is the only argument. */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("got " + args.length + " arguments, expected the folder to write into");
        }
        Path folder = Path.of(args[0]);
        if (!isNewer(folder.resolve(MANIFEST))) {
            write(folder);
        }
    }

    private static boolean isNewer(Path manifest) throws IOException {
        if (!Files.exists(manifest)) {
            return false;
        }
        long written = Files.getLastModifiedTime(manifest).toMillis();
        for (Class<?> part : List.of(Film.class, Segment.class, StreamWriter.class)) {
            URL program = StreamWriter.class.getResource(part.getSimpleName() + ".class");
            if (program == null || program.openConnection().getLastModified() >= written) {
                return false;
            }
        }
        return true;
    }

    static void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Film film = new Film(Segment.WIDTH / (double) Segment.HEIGHT);
        String[] lines = new String[SEGMENTS];
        // The manifest comes last: it says that all segments are there.
        IntStream.range(0, SEGMENTS).parallel().forEach(number -> {
            byte[] segment = Segment.film(film, number, SEGMENTS);
            String file = String.format(Locale.ROOT, "%03d.bin", number);
            writeFile(folder.resolve(file), segment);
            lines[number] = String.format(
                    Locale.ROOT,
                    "    {\"file\": \"%s\", \"bytes\": %d, \"sha256\": \"%s\"}",
                    file,
                    segment.length,
                    sha256(segment));
        });
        String head = String.format(
                Locale.ROOT,
                "{%n  \"stream\": \"demo\",%n  \"title\": \"A day at the lake\",%n  \"width\": %d,%n  \"height\": %d,%n"
                        + "  \"framesPerSegment\": %d,%n  \"segmentMs\": %d,%n  \"segments\": [%n",
                Segment.WIDTH,
                Segment.HEIGHT,
                Segment.FRAMES,
                SEGMENT_MILLIS);
        String json =
                head + IntStream.range(0, SEGMENTS).mapToObj(i -> lines[i]).collect(Collectors.joining(",\n"))
                        + "\n  ]\n}\n";
        writeFile(folder.resolve(MANIFEST), json.replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void writeFile(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException(file + " cannot be written", failed);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
