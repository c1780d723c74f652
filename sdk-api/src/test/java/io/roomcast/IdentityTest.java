package io.roomcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IdentityTest {

    @Test
    void somebodyUnknownHasNoUserId() {
        assertThat(Identity.anonymous().userId()).isEmpty();
        assertThat(Identity.anonymous().claims()).isEmpty();
    }

    @Test
    void aUserHasAnIdAndClaimsThatDoNotChange() {
        Map<String, String> claims = new HashMap<>(Map.of("role", "host"));
        Identity ada = Identity.user("ada", claims);
        claims.put("role", "owner");

        assertThat(ada.userId()).hasValue("ada");
        assertThat(ada.claims()).containsExactly(Map.entry("role", "host"));
        assertThat(ada).isEqualTo(Identity.user("ada", Map.of("role", "host"))).isNotEqualTo(Identity.user("ada"));
    }

    @Test
    void anEmptyUserIdIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Identity.user("")).withMessageContaining("anonymous()");
    }

    @Test
    void whoItIsDoesNotGetIntoLogs() {
        assertThat(Identity.user("ada", Map.of("role", "host"))).hasToString("Identity[user]");
        assertThat(Identity.anonymous()).hasToString("Identity[anonymous]");
    }
}
