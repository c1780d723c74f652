package io.roomcast.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.roomcast.Roomcast;
import io.roomcast.spi.RoomcastProvider;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ModuleTest {

    private final ModuleDescriptor module = compiledModule();

    @Test
    void itIsARealModule() {
        assertThat(module.name()).isEqualTo("io.roomcast");
        assertThat(module.isAutomatic()).isFalse();
        assertThat(module.isOpen()).isFalse();
    }

    @Test
    void itExportsItsThreePackagesToEverybodyAndHasNoOther() {
        assertThat(module.exports())
                .extracting(ModuleDescriptor.Exports::source)
                .containsExactlyInAnyOrder("io.roomcast", "io.roomcast.bridge", "io.roomcast.spi");
        assertThat(module.exports()).noneMatch(ModuleDescriptor.Exports::isQualified);
        assertThat(module.packages()).containsExactlyInAnyOrder("io.roomcast", "io.roomcast.bridge", "io.roomcast.spi");
        assertThat(module.opens()).isEmpty();
    }

    @Test
    void itNeedsNothingAtRunTimeButTheJdk() {
        assertThat(module.requires())
                .filteredOn(required -> !required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .extracting(ModuleDescriptor.Requires::name)
                .containsExactly("java.base");
    }

    @Test
    void itLooksForARuntime() {
        assertThat(module.uses()).containsExactly(RoomcastProvider.class.getName());
    }

    private static ModuleDescriptor compiledModule() {
        try {
            Path classes = Path.of(Roomcast.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return ModuleFinder.of(classes)
                    .find("io.roomcast")
                    .orElseThrow(() -> new AssertionError("no module io.roomcast in " + classes))
                    .descriptor();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
