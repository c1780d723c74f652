package io.roomcast.runtime.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static io.roomcast.runtime.architecture.Production.CLASSES;
import static io.roomcast.runtime.architecture.Production.ROOT;
import static io.roomcast.runtime.architecture.Production.UNDERTOW;

import com.tngtech.archunit.base.DescribedPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the core meets the world it meets an interface. What is behind it is named in one place. */
class SeamsTest {

    @Test
    void onlyItsOwnTransportAndTheBuilderNameUndertow() {
        noClasses()
                .that(Production.core())
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.undertow..", "org.xnio..", "org.jboss.."))
                .check(CLASSES);
    }

    @Test
    void onlyTheBuilderNamesTheUndertowTransport() {
        noClasses()
                .that(Production.core())
                .should()
                .dependOnClassesThat(resideInAnyPackage(UNDERTOW + ".."))
                .check(CLASSES);
    }

    @Test
    void nothingNamesARedisClient() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("redis.clients..", "io.lettuce.."))
                .check(CLASSES);
    }

    @Test
    void onlyWhatGoesOverANetworkNamesProtobuf() {
        noClasses()
                .that(resideOutsideOfPackages(ROOT + ".wire..", ROOT + ".cluster..", ROOT + ".codec.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("com.google.protobuf..", ROOT + "..proto.."))
                .check(CLASSES);
    }

    @Test
    void onlyTheWireNamesJackson() {
        noClasses()
                .that(resideOutsideOfPackages(ROOT + ".wire..", ROOT + ".codec.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("com.fasterxml.."))
                .check(CLASSES);
    }

    @Test
    void theWorldOfARealNodeIsChosenOutsideTheCore() {
        noClasses()
                .that(Production.core().and(resideOutsideOfPackages(ROOT + ".bridge")))
                .and(DescribedPredicate.not(Production.world()))
                .should()
                .dependOnClassesThat(Production.world())
                .check(CLASSES);
    }

    /** So that the in-memory transport, and with it every test that has no socket, drives the frame code that ships. */
    @ParameterizedTest
    @ValueSource(strings = {"websocket", "handshake", "memory"})
    void theTransportsPartsKnowOnlyTheInterfaceOfTransports(String part) {
        classes()
                .that()
                .resideInAPackage(ROOT + ".transport." + part + "..")
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackages(ROOT + "..")
                        .or(resideInAnyPackage(
                                ROOT + ".transport." + part + "..",
                                ROOT + ".transport",
                                ROOT + ".mailbox",
                                ROOT + ".environment")))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void theInterfaceOfTransportsKnowsNoneOfThem() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".transport")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".transport.*..")
                .check(CLASSES);
    }
}
