package io.roomcast.testkit.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The kit runs in any test framework and in programs: JUnit is named in one package, which nothing else needs. */
class JUnitSeamTest {

    private static final String JUNIT_BINDING = "io.roomcast.testkit.junit..";

    private static final JavaClasses KIT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.roomcast.testkit");

    @Test
    void onlyTheBindingNamesATestFramework() {
        noClasses()
                .that(resideOutsideOfPackage(JUNIT_BINDING))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.junit..", "org.opentest4j..", "org.assertj..", "org.hamcrest..", "org.testng..")
                .check(KIT);
    }

    @Test
    void nothingNamesTheBinding() {
        noClasses()
                .that(resideOutsideOfPackage(JUNIT_BINDING))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(JUNIT_BINDING)
                .check(KIT);
    }
}
