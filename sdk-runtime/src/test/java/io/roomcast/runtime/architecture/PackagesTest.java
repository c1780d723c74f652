package io.roomcast.runtime.architecture;

import static io.roomcast.runtime.architecture.Production.CLASSES;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** A package is named for what it holds and says so. */
class PackagesTest {

    private static final Set<String> SAY_NOTHING = Set.of(
            "util",
            "utils",
            "utility",
            "helper",
            "helpers",
            "manager",
            "managers",
            "impl",
            "common",
            "misc",
            "internal");

    @Test
    void noPackageHasANameThatFitsEverything() {
        assertThat(packagesThat(javaPackage -> List.of(javaPackage.getName().split("\\.")).stream()
                        .map(part -> part.toLowerCase(Locale.ROOT))
                        .anyMatch(SAY_NOTHING::contains)))
                .isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(packagesThat(javaPackage -> !javaPackage.isAnnotatedWith(NullMarked.class)))
                .as("packages without @NullMarked in their package-info.java")
                .isEmpty();
    }

    @Test
    void noClassHasANameThatFitsEverything() {
        assertThat(CLASSES.stream()
                        .map(JavaClass::getSimpleName)
                        .filter(name -> name.matches(".*(Util|Utils|Helper|Manager|Impl)")))
                .isEmpty();
    }

    private static TreeSet<String> packagesThat(Predicate<JavaPackage> predicate) {
        TreeSet<JavaPackage> ours = new TreeSet<>(Comparator.comparing(JavaPackage::getName));
        for (JavaClass javaClass : CLASSES) {
            ours.add(javaClass.getPackage());
        }
        TreeSet<String> names = new TreeSet<>();
        ours.stream().filter(predicate).map(JavaPackage::getName).forEach(names::add);
        assertThat(ours).as("packages of the runtime").isNotEmpty();
        return names;
    }
}
