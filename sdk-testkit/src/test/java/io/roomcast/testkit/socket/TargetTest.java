package io.roomcast.testkit.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TargetTest {

    @Test
    void aUrlSaysWhereTheServerIs() {
        Target target = Target.of("ws://127.0.0.1:8080/live?room=1");
        assertThat(target.address().getPort()).isEqualTo(8080);
        assertThat(target.host()).isEqualTo("127.0.0.1:8080");
        assertThat(target.path()).isEqualTo("/live?room=1");
        assertThat(target.isLoopback()).isTrue();
    }

    @Test
    void withoutAPathItIsTheOneThatNodesHaveByThemselves() {
        assertThat(Target.of("ws://127.0.0.1:8080").path()).isEqualTo("/roomcast");
    }

    @Test
    void behindWssThereIsTlsOnItsOwnPort() {
        Target target = Target.of("wss://127.0.0.1");
        assertThat(target.address().getPort()).isEqualTo(443);
        assertThat(target.trust()).isSameAs(Trust.ofJvm());
        assertThat(target.origin()).isEqualTo("https://127.0.0.1:443");
        assertThat(Target.of("wss://127.0.0.1", Trust.anyCertificate()).trust())
                .matches(trust -> trust != null && !trust.checksCertificates());
        assertThat(Target.of("ws://127.0.0.1", Trust.anyCertificate()).trust()).isNull();
    }

    @Test
    void anAddressElsewhereIsNotLoopback() {
        assertThat(Target.of("ws://192.0.2.1").isLoopback()).isFalse();
    }

    @Test
    void whatIsNoSuchUrlIsRefusedInWords() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Target.of("http://127.0.0.1"))
                .withMessageContaining("expected ws://host:port/path");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Target.of("ws://no such"))
                .withMessageContaining("expected ws://host:port/path");
    }
}
