package io.roomcast.samples.tracker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The stream as the build wrote it and as the nodes serve it. */
class StreamWriterTest {

    @Test
    void theManifestNamesEverySegmentWithItsHash() throws IOException, GeneralSecurityException {
        JsonNode segments = new ObjectMapper().readTree(served("manifest.json")).get("segments");
        assertThat(segments).hasSize(StreamWriter.SEGMENTS);
        Set<String> hashes = new HashSet<>();
        for (JsonNode segment : segments) {
            byte[] bytes = served(segment.get("file").asText());
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            assertThat(segment.get("sha256").asText()).isEqualTo(hash);
            assertThat(segment.get("bytes").asInt()).isEqualTo(bytes.length).isEqualTo(Segment.bytes());
            hashes.add(hash);
        }
        assertThat(hashes).as("different segments").hasSize(StreamWriter.SEGMENTS);
    }

    @Test
    void theSameSegmentComesOutEveryTime() throws IOException {
        Film film = new Film(Segment.WIDTH / (double) Segment.HEIGHT);
        assertThat(Segment.film(film, 5, StreamWriter.SEGMENTS)).isEqualTo(served("005.bin"));
    }

    private static byte[] served(String file) throws IOException {
        try (InputStream stream = StreamWriterTest.class.getResourceAsStream("/web/stream/" + file)) {
            return Objects.requireNonNull(stream, file).readAllBytes();
        }
    }
}
