package io.roomcast.samples.tracker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamWriterTest {

    @Test
    void theManifestNamesEverySegmentWithItsHash(@TempDir Path folder) throws IOException, GeneralSecurityException {
        StreamWriter.write(folder);

        JsonNode segments = new ObjectMapper()
                .readTree(folder.resolve("manifest.json").toFile())
                .get("segments");
        assertThat(segments).hasSize(StreamWriter.SEGMENTS);
        Set<String> hashes = new HashSet<>();
        for (JsonNode segment : segments) {
            byte[] bytes = Files.readAllBytes(folder.resolve(segment.get("file").asText()));
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            assertThat(segment.get("sha256").asText()).isEqualTo(hash);
            assertThat(segment.get("bytes").asInt()).isEqualTo(bytes.length).isEqualTo(Segment.bytes());
            hashes.add(hash);
        }
        assertThat(hashes).as("different segments").hasSize(StreamWriter.SEGMENTS);
    }

    @Test
    void theSameSegmentComesOutEveryTime() {
        Film film = new Film(16 / 9.0);
        assertThat(Segment.film(film, 5, StreamWriter.SEGMENTS))
                .isEqualTo(Segment.film(new Film(16 / 9.0), 5, StreamWriter.SEGMENTS));
    }
}
