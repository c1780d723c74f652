package io.roomcast.runtime.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecureIdSourceTest {

    private final SecureIdSource ids = new SecureIdSource();

    @Test
    void idsAreUrlSafeAndOfTheDocumentedLength() {
        assertThat(ids.nextNodeId()).matches("[A-Za-z0-9_-]{12}");
        assertThat(ids.nextPeerId()).matches("[A-Za-z0-9_-]{16}");
    }

    @Test
    void noTwoAreEqual() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(seen.add(ids.nextPeerId())).isTrue();
        }
    }
}
