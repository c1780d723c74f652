package io.roomcast.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.HostAndPort;

class RedisAddressTest {

    @Test
    void everyFormIsRead() {
        RedisAddress plain = RedisAddress.parse("redis://localhost");
        assertThat(plain.servers()).containsExactly(new HostAndPort("localhost", 6379));
        assertThat(plain.tls()).isFalse();
        assertThat(plain.password()).isNull();
        assertThat(plain.database()).isZero();

        RedisAddress secret = RedisAddress.parse("rediss://bridge:p%40ss%2Fw+rd@[::1]:7000/3");
        assertThat(secret.tls()).isTrue();
        assertThat(secret.user()).isEqualTo("bridge");
        assertThat(secret.password()).isEqualTo("p@ss/w+rd");
        assertThat(secret.servers()).containsExactly(new HostAndPort("::1", 7000));
        assertThat(secret.database()).isEqualTo(3);
        assertThat(RedisAddress.parse("redis://:pw@h").user()).isNull();

        RedisAddress sentinel = RedisAddress.parse("redis-sentinel://a,b:7,c#mymaster");
        assertThat(sentinel.topology()).isEqualTo(RedisAddress.Topology.SENTINEL);
        assertThat(sentinel.master()).isEqualTo("mymaster");
        assertThat(sentinel.servers())
                .containsExactly(new HostAndPort("a", 26379), new HostAndPort("b", 7), new HostAndPort("c", 26379));

        assertThat(RedisAddress.parse("redis-cluster://a,b").topology()).isEqualTo(RedisAddress.Topology.CLUSTER);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost:6379 | has no scheme",
                "http://localhost | has the scheme 'http'",
                "redis:// | names no host",
                "redis://h:x | has the port 'x'",
                "redis://h:0 | has the port '0'",
                "redis://h:99999 | has the port '99999'",
                "redis://h/db | has the database 'db'",
                "redis://a,b | names 2 servers",
                "redis://h#m | names a #master without Sentinel",
                "redis-sentinel://h | names no #master",
                "redis-cluster://h/1 | names database 1",
                "redis://h?ssl=1 | has a query",
                "redis://:se%zzcret@h | has a % that is not followed by two hex digits",
                "redis://secret@h | has a user without a password"
            })
    void whatIsWrongIsSaidWithoutThePassword(String uri, String said) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisBridge.connect(uri))
                .withMessageContaining(said)
                .withMessageContaining("expected redis://")
                .satisfies(wrong -> assertThat(wrong.getMessage()).doesNotContain("cret@"));
    }

    @Test
    void whatItSaysOfItselfIsNotSecret() {
        assertThat(RedisAddress.parse("redis://u:secret@h:7").toString()).isEqualTo("h:7");
    }

    /** Somebody forgot to write %2F, and a log is read by many. */
    @Test
    void aPasswordWithASignOfItsOwnIsNotShown() {
        for (String uri : List.of(
                "redis://u:se/cret@h",
                "redis://u:se/cret@h:1/0",
                "redis://u:se#cret@h",
                "redis://u:se?cret@h",
                "redis-sentinel://u:se#cret@h:1#m",
                "redis-cluster://u:se/cret@h,i:2",
                "u:secret@h",
                "u:secret://x@h")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RedisAddress.parse(uri))
                    .withMessageContaining("expected")
                    .satisfies(wrong -> assertThat(wrong.getMessage()).doesNotContain("se/", "cret"));
        }
    }
}
