package io.roomcast.testkit.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The planted bugs as texts; whether they are found is for {@link MutationsTest}. */
class MutationTest {

    static List<Mutation> all() throws IOException {
        return Mutation.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void itFitsTheRuntimeAsItIs(Mutation mutation) throws IOException {
        assertThat(mutation.mutated()).contains(mutation.after());
        assertThat(mutation.bug()).endsWith(".");
    }

    @Test
    void thereAreAtLeastTwelve() throws IOException {
        assertThat(Mutation.all()).hasSizeGreaterThanOrEqualTo(12);
    }
}
