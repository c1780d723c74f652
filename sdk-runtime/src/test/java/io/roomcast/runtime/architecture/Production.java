package io.roomcast.runtime.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;

/** The classes that the rules are about: what the runtime ships, without what protoc generated. */
final class Production {

    /** The package of the runtime. Its own classes are the builder's and sit on the top floor. */
    static final String ROOT = "io.roomcast.runtime";

    static final String UNDERTOW = ROOT + ".transport.undertow";

    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT)
            .that(DescribedPredicate.describe("ours", javaClass -> isOurs(javaClass.getPackageName())));

    private Production() {}

    /** Returns whether a package is this one or below it. */
    static boolean isIn(String parent, String packageName) {
        return packageName.equals(parent) || packageName.startsWith(parent + ".");
    }

    /** Returns whether a package is the runtime's own and not generated. */
    static boolean isOurs(String packageName) {
        return isIn(ROOT, packageName) && !packageName.endsWith(".proto");
    }

    /** The core: all but what hangs off the side (Undertow) and what joins it all (the builder). */
    static DescribedPredicate<JavaClass> core() {
        return DescribedPredicate.describe(
                "the core",
                javaClass -> !isIn(UNDERTOW, javaClass.getPackageName())
                        && !javaClass.getPackageName().equals(ROOT));
    }

    /** What makes a real node's world: the only classes that take threads, time and dice from the JVM. */
    static DescribedPredicate<JavaClass> world() {
        return DescribedPredicate.describe(
                "the world of a real node",
                javaClass -> javaClass.getPackageName().equals(ROOT + ".environment")
                        && (javaClass.getSimpleName().startsWith("System")
                                || List.of("DaemonThreads", "SecureIdSource").contains(javaClass.getSimpleName())));
    }
}
