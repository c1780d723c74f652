package io.roomcast.runtime.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static io.roomcast.runtime.architecture.Production.CLASSES;
import static io.roomcast.runtime.architecture.Production.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The house has floors. A class knows its own floor and those below. */
class FloorsTest {

    /** From the top to the bottom. A package belongs to the floor that is the longest prefix of its name. */
    private static final List<String> FLOORS = List.of(
            ROOT,
            ROOT + ".cluster",
            ROOT + ".room",
            ROOT + ".session",
            ROOT + ".outbound",
            ROOT + ".wire",
            ROOT + ".transport",
            ROOT + ".mailbox",
            ROOT + ".environment");

    /** Packages for applications. Each knows, besides the public API, only these; only the builder may know it. */
    private static final Map<String, List<String>> ASIDE = Map.of(
            ROOT + ".bridge", List.of(ROOT + ".mailbox", ROOT + ".environment"),
            ROOT + ".codec", List.of());

    @Test
    void everyPackageHasAFloor() {
        TreeSet<String> homeless = new TreeSet<>();
        for (JavaClass javaClass : CLASSES) {
            String packageName = javaClass.getPackageName();
            if (!ASIDE.containsKey(packageName) && floor(packageName) == 0 && !packageName.equals(ROOT)) {
                homeless.add(packageName);
            }
        }
        assertThat(homeless)
                .as("packages that no floor of docs/architecture.md holds")
                .isEmpty();
    }

    @Test
    void aClassKnowsOnlyItsOwnFloorAndThoseBelow() {
        assertThat(CLASSES).as("classes of %s", ROOT).isNotEmpty();
        classes().should(knowNothingAbove()).check(CLASSES);
    }

    @Test
    void noPackagesKnowEachOtherInACircle() {
        slices().matching(ROOT + ".(**)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    private static ArchCondition<JavaClass> knowNothingAbove() {
        return new ArchCondition<>("know only their own floor and those below") {
            @Override
            public void check(JavaClass javaClass, ConditionEvents events) {
                for (Dependency dependency : javaClass.getDirectDependenciesFromSelf()) {
                    String from = javaClass.getPackageName();
                    String to = dependency.getTargetClass().getPackageName();
                    if (!Production.isOurs(to) || from.equals(to)) {
                        continue;
                    }
                    boolean allowed = ASIDE.containsKey(from)
                            ? ASIDE.get(from).contains(to)
                            : ASIDE.containsKey(to) ? from.equals(ROOT) : floor(to) >= floor(from);
                    events.add(new SimpleConditionEvent(javaClass, allowed, dependency.getDescription()));
                }
            }
        };
    }

    private static int floor(String packageName) {
        for (int floor = FLOORS.size() - 1; floor > 0; floor--) {
            if (Production.isIn(FLOORS.get(floor), packageName)) {
                return floor;
            }
        }
        return 0;
    }
}
