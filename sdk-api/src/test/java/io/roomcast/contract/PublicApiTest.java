package io.roomcast.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Roomcast;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Every change of the public API shows in a review: it changes {@code api/roomcast-api.txt} too.
 *
 * <p>To write that file anew: {@code mvn -pl sdk-api test -Dtest=PublicApiTest -Droomcast.api.write=true}
 */
class PublicApiTest {

    private static final Path DUMP = Path.of("api", "roomcast-api.txt");
    private static final String WRITE = "roomcast.api.write";

    @Test
    void thePublicApiIsTheOneThatWasReviewed() throws IOException, URISyntaxException {
        String actual = PublicApi.of(classes());
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(DUMP, actual);
        }
        assertThat(actual)
                .as(
                        "the public API differs from sdk-api/%s. If that is intended, write the file anew with%n"
                                + "    mvn -pl sdk-api test -Dtest=PublicApiTest -D%s=true%n"
                                + "look at the difference, and say in CHANGELOG.md what it means to users",
                        DUMP, WRITE)
                .isEqualTo(Files.readString(DUMP));
    }

    private static Path classes() throws URISyntaxException {
        return Path.of(Roomcast.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }
}
