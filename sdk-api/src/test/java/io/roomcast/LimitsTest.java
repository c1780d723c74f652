package io.roomcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LimitsTest {

    /** As the Javadoc of the builder and docs/limits.md say. */
    private static final Map<String, Object> DEFAULTS = Map.ofEntries(
            Map.entry("maxMessageBytes", 64 * 1024),
            Map.entry("maxFragments", 1024),
            Map.entry("maxMessagesPerSecond", 1000),
            Map.entry("maxControlFramesPerSecond", 20),
            Map.entry("helloTimeout", Duration.ofSeconds(10)),
            Map.entry("pingInterval", Duration.ofSeconds(25)),
            Map.entry("pongTimeout", Duration.ofSeconds(10)),
            Map.entry("writeTimeout", Duration.ofSeconds(20)),
            Map.entry("closeTimeout", Duration.ofSeconds(5)),
            Map.entry("maxRoomsPerPeer", 128),
            Map.entry("maxConnections", 1_000_000),
            Map.entry("maxConnectionsPerAddress", 1_000_000),
            Map.entry("maxHeaderBytes", 16 * 1024),
            Map.entry("outboundBytesPerPeer", 1024 * 1024),
            Map.entry("outboundBytesPerNode", 256L * 1024 * 1024),
            Map.entry("inboxMessagesPerPeer", 256),
            Map.entry("maxErrorsPerMinute", 100),
            Map.entry("maxOpenRequestsPerPeer", 128),
            Map.entry("maxRequestTimeout", Duration.ofMinutes(10)),
            Map.entry("maxAcknowledgedBroadcasts", 1024),
            Map.entry("resumeWindow", Duration.ofSeconds(30)),
            Map.entry("maxDisconnectedPeers", 100_000));

    @Test
    void theDefaultsAreTheDocumentedOnes() throws ReflectiveOperationException {
        Map<String, Object> actual = new TreeMap<>();
        for (Method setting : settings().toList()) {
            actual.put(setting.getName(), value(Limits.defaults(), setting.getName()));
        }
        assertThat(actual).containsExactlyInAnyOrderEntriesOf(DEFAULTS);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void aSettingIsWhatItWasSetTo(Method setting) throws ReflectiveOperationException {
        Object other = another(DEFAULTS.get(setting.getName()));
        Limits.Builder builder = Limits.builder();
        assertThat(setting.invoke(builder, other)).isSameAs(builder);
        assertThat(value(builder.build(), setting.getName())).isEqualTo(other);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void aValueOutOfRangeIsRefusedByName(Method setting) {
        Class<?> type = setting.getParameterTypes()[0];
        Stream<Object> outOfRange;
        if (type == int.class) {
            outOfRange = Stream.of(0, -1, Integer.MIN_VALUE);
        } else if (type == long.class) {
            outOfRange = Stream.of(0L, -1L, Long.MIN_VALUE);
        } else {
            outOfRange = Stream.of(
                    Duration.ZERO, Duration.ofMillis(-1), Duration.ofDays(1).plusNanos(1));
        }
        outOfRange.forEach(value -> assertThatThrownBy(() -> setting.invoke(Limits.builder(), value))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(setting.getName() + " is " + value + ", expected "));
    }

    private static Object another(Object value) {
        if (value instanceof Integer number) {
            return number + 1;
        }
        if (value instanceof Long number) {
            return number + 1;
        }
        return ((Duration) value).plusMillis(1);
    }

    private static Object value(Limits limits, String name) throws ReflectiveOperationException {
        return Limits.class.getMethod(name).invoke(limits);
    }

    private static Stream<Method> settings() {
        return Arrays.stream(Limits.Builder.class.getMethods())
                .filter(method -> method.getReturnType() == Limits.Builder.class)
                .sorted(Comparator.comparing(Method::getName));
    }
}
