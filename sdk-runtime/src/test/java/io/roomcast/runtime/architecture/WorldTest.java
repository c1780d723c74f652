package io.roomcast.runtime.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static io.roomcast.runtime.architecture.Production.CLASSES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Time, threads, randomness and ids are handed in, so that a whole cluster can run in one thread, under virtual time, and do
 * the same at every run. What makes them for a real node is exempt: {@link Production#world()}, the Undertow transport and
 * the builder.
 *
 * <p>The same run also needs that nothing depends on the order of a hash table whose hashes differ from run to run. That is
 * not a property of a call. These are the ways to it that are: identity hashes, and the immutable sets and maps of
 * {@code java.util}, whose order the JDK changes at every start on purpose. {@code HashMap} and {@code HashSet} stay allowed:
 * with keys such as strings and numbers their order is the same at every run. A map from an enum is to be an {@code EnumMap}.
 */
class WorldTest {

    @Test
    void theCoreReadsNoStaticClock() {
        coreShouldNot("read a static clock", WorldTest::readsAClock).check(CLASSES);
    }

    @Test
    void theCoreStartsNoThreadAndBorrowsNone() {
        coreShouldNot("start a thread, borrow one or sleep", WorldTest::takesAThread)
                .check(CLASSES);
    }

    @Test
    void theCoreThrowsNoDiceOfItsOwn() {
        coreShouldNot("use randomness that was not handed in", WorldTest::throwsDice)
                .check(CLASSES);
    }

    @Test
    void theCoreDoesNotHashByIdentity() {
        coreShouldNot("hash by identity", WorldTest::hashesByIdentity).check(CLASSES);
        noClasses()
                .that(insideTheRules())
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(IdentityHashMap.class)
                .check(CLASSES);
    }

    @Test
    void theCoreBuildsNoSetOrMapOfRandomOrder() {
        coreShouldNot("build a set or map whose order changes at every start", WorldTest::buildsRandomOrder)
                .check(CLASSES);
    }

    @Test
    void theRulesSeeWhatTheyForbid() {
        var culprits = new ClassFileImporter().importClasses(Culprit.class);
        assertThat(culprits.get(Culprit.class).getCodeUnitAccessesFromSelf()).isNotEmpty();
        rule("read a static clock", WorldTest::readsAClock, 5).failsOn(culprits);
        rule("take a thread", WorldTest::takesAThread, 5).failsOn(culprits);
        rule("throw dice", WorldTest::throwsDice, 5).failsOn(culprits);
        rule("hash by identity", WorldTest::hashesByIdentity, 2).failsOn(culprits);
        rule("build random order", WorldTest::buildsRandomOrder, 2).failsOn(culprits);
    }

    private static boolean readsAClock(CodeUnitAccessTarget target) {
        JavaClass owner = target.getOwner();
        String name = target.getName();
        int parameters = target.getRawParameterTypes().size();
        return owner.isEquivalentTo(System.class) && (name.equals("nanoTime") || name.equals("currentTimeMillis"))
                || owner.isAssignableTo(Temporal.class) && name.equals("now")
                || owner.isEquivalentTo(Clock.class) && (name.startsWith("system") || name.startsWith("tick"))
                || owner.isEquivalentTo(Date.class) && name.equals("<init>") && parameters == 0
                || owner.isEquivalentTo(CompletableFuture.class)
                        && Set.of("orTimeout", "completeOnTimeout", "delayedExecutor")
                                .contains(name);
    }

    private static boolean takesAThread(CodeUnitAccessTarget target) {
        JavaClass owner = target.getOwner();
        String name = target.getName();
        boolean constructor = name.equals("<init>");
        boolean executorGiven =
                target.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Executor.class));
        return owner.isAssignableTo(Thread.class)
                        && (constructor
                                || Set.of("sleep", "ofVirtual", "ofPlatform", "startVirtualThread")
                                        .contains(name))
                || owner.isEquivalentTo(Executors.class)
                || owner.isAssignableTo(ExecutorService.class) && constructor
                || owner.isEquivalentTo(ForkJoinPool.class) && name.equals("commonPool")
                || owner.isAssignableTo(Timer.class) && constructor
                // Without an executor these run on the common pool.
                || owner.isAssignableTo(CompletionStage.class) && name.endsWith("Async") && !executorGiven
                || owner.isAssignableTo(Collection.class) && name.equals("parallelStream");
    }

    private static boolean throwsDice(CodeUnitAccessTarget target) {
        JavaClass owner = target.getOwner();
        String name = target.getName();
        int parameters = target.getRawParameterTypes().size();
        boolean unseeded = name.equals("<init>") && parameters == 0;
        return owner.isEquivalentTo(ThreadLocalRandom.class)
                || owner.isEquivalentTo(SecureRandom.class)
                || owner.isEquivalentTo(Math.class) && name.equals("random")
                || owner.isEquivalentTo(UUID.class) && name.equals("randomUUID")
                || owner.isEquivalentTo(Random.class) && unseeded
                || owner.isEquivalentTo(SplittableRandom.class) && unseeded
                || owner.isEquivalentTo(Collections.class) && name.equals("shuffle") && parameters == 1;
    }

    private static boolean hashesByIdentity(CodeUnitAccessTarget target) {
        return target.getOwner().isEquivalentTo(System.class)
                        && target.getName().equals("identityHashCode")
                || target.getOwner().isEquivalentTo(IdentityHashMap.class);
    }

    private static boolean buildsRandomOrder(CodeUnitAccessTarget target) {
        boolean set = target.getOwner().isEquivalentTo(Set.class);
        boolean map = target.getOwner().isEquivalentTo(Map.class);
        String name = target.getName();
        int parameters = target.getRawParameterTypes().size();
        boolean ofArray =
                parameters == 1 && target.getRawParameterTypes().get(0).isArray();
        // None and one have but one order.
        boolean more = set && (parameters > 1 || ofArray) || map && parameters > 2;
        return (set || map) && (name.equals("copyOf") || name.equals("ofEntries") || name.equals("of") && more);
    }

    private static DescribedPredicate<JavaClass> insideTheRules() {
        return Production.core().and(DescribedPredicate.not(Production.world()));
    }

    private static ArchRule coreShouldNot(String what, Predicate<CodeUnitAccessTarget> forbidden) {
        return classes().that(insideTheRules()).should(not(what, forbidden));
    }

    private static ArchCondition<JavaClass> not(String what, Predicate<CodeUnitAccessTarget> forbidden) {
        return new ArchCondition<>("not " + what) {
            @Override
            public void check(JavaClass javaClass, ConditionEvents events) {
                // Calls and method references alike.
                for (JavaCodeUnitAccess<?> access : javaClass.getCodeUnitAccessesFromSelf()) {
                    if (forbidden.test(access.getTarget())) {
                        events.add(SimpleConditionEvent.violated(access, access.getDescription()));
                    }
                }
            }
        };
    }

    private static Proof rule(String what, Predicate<CodeUnitAccessTarget> forbidden, int expectedViolations) {
        ArchRule rule = classes().should(not(what, forbidden));
        return culprits -> {
            assertThatThrownBy(() -> rule.check(culprits)).isInstanceOf(AssertionError.class);
            assertThat(rule.evaluate(culprits).getFailureReport().getDetails())
                    .as("violations found in %s of: %s", Culprit.class.getSimpleName(), what)
                    .hasSize(expectedViolations);
        };
    }

    private interface Proof {
        void failsOn(JavaClasses culprits);
    }

    /** Does everything that the rules forbid; never runs. */
    @SuppressWarnings({"unused", "static-method"})
    private static final class Culprit {

        void clocks() {
            Supplier<Long> reference = System::nanoTime;
            Object[] times = {
                System.currentTimeMillis(), Instant.now(), Clock.systemUTC(),
            };
            new CompletableFuture<String>().orTimeout(1, TimeUnit.DAYS);
        }

        void threads() throws InterruptedException {
            new Thread(() -> {}, "culprit").start();
            Executors.newCachedThreadPool().shutdown();
            CompletableFuture.runAsync(() -> {});
            CompletableFuture.runAsync(() -> {}, Runnable::run);
            Thread.sleep(1);
            ForkJoinPool.commonPool().execute(() -> {});
        }

        void dice() {
            Object[] numbers = {
                new Random(), new Random(1), Math.random(), UUID.randomUUID(), ThreadLocalRandom.current(),
            };
            Collections.shuffle(new ArrayList<>());
        }

        void identity() {
            Object[] hashes = {System.identityHashCode(this), new IdentityHashMap<String, String>()};
        }

        void order() {
            Object[] tables = {Set.of(), Set.of("a"), Set.of("a", "b"), Map.of("a", 1), Map.copyOf(new TreeMap<>())};
        }
    }
}
