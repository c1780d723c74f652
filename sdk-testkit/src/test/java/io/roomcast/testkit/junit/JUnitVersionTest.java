package io.roomcast.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import org.junit.jupiter.api.Test;

/** That the module sdk-testkit-junit5 tests what it says: with a JUnit 6 on its class path it would prove nothing. */
class JUnitVersionTest {

    @Test
    void theseTestsRunOnTheJUnitOfTheirModule() {
        URL api = Test.class.getProtectionDomain().getCodeSource().getLocation();
        String module = System.getProperty("basedir", "");
        String version = module.endsWith("sdk-testkit-junit5") ? "5.14" : "6.";
        assertThat(api.getPath()).contains("/junit-jupiter-api-" + version);
    }
}
