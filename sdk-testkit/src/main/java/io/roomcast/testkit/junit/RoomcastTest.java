package io.roomcast.testkit.junit;

import io.roomcast.testkit.Expectations;
import io.roomcast.testkit.TestCluster;
import io.roomcast.testkit.TestPeer;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a JUnit test a cluster.
 *
 * <pre>{@code
 * @RoomcastTest
 * class ChatRoomTest {
 *   final TestCluster.Builder cluster = TestCluster.builder().nodes(2).room("chat/{topic}", new ChatRoom());
 *
 *   @Test
 *   void whatOneSaysTheOthersHear(TestPeer ann, @OnNode(2) TestPeer bob) {
 *     ann.join("chat/jazz");
 *     bob.join("chat/jazz");
 *     ann.say("chat/jazz", "said", "hello");
 *     bob.expect("said", "hello");
 *   }
 *
 *   @RoomcastTest(seeds = 100)
 *   void inEveryOrder(TestPeer ann, @OnNode(2) TestPeer bob) { … }
 * }
 * }</pre>
 *
 * <p><b>The cluster</b> is made by the one field of type {@link TestCluster.Builder} of the test class, else of the class it is
 * nested in, or of a superclass. An instance field makes one for each test, a static field one for the whole class. It is
 * started when something asks for it: parameters of test and lifecycle methods may be a {@link TestCluster}, a
 * {@link io.roomcast.testkit.TestNode}, a {@link TestPeer} (named as the parameter is, connected and welcomed, one for each name), or a
 * {@link TestCluster.Builder}, which is a fresh one for tests that start clusters of their own. {@link OnNode} says on which node.
 *
 * <p><b>On a class</b> it serves all tests in it, nested ones too, be they made by {@code @Test}, {@code @ParameterizedTest},
 * {@code @TestFactory} or {@code @RepeatedTest}. <b>On a method</b> it stands in the place of {@code @Test} and makes the method
 * a test that is run once for each of its {@link #seeds}.
 *
 * <p><b>A test ends</b> when its cluster has come to rest. It fails, even if its own code did not, when a handler threw
 * ({@link TestCluster#verify}), when a {@linkplain TestPeer#strict strict} peer saw what no {@linkplain Expectations expectation} took,
 * and when its peers leave something behind on a node. A failure names its seed and says how to run the same interleaving again.
 *
 * <p><b>Configuration parameters</b> of JUnit, which system properties are too: {@code roomcast.seed=4711} runs tests with this seed
 * only; {@code roomcast.seeds=10000} is put in the place of every {@link #seeds} above 1, for a long night.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@TestTemplate
@ExtendWith(RoomcastExtension.class)
public @interface RoomcastTest {

    /**
     * Returns the seed, or 0 for another one in every run. With {@link #seeds} it is the first of them. On a class it is that of its
     * plain tests.
     */
    long seed() default 0;

    /**
     * Returns over how many interleavings the test is repeated, each with a fresh cluster, until one fails. On methods only. The
     * cluster's builder must not be static then.
     */
    int seeds() default 1;

    /** Returns how many nodes there are; 0 leaves it to the builder. */
    int nodes() default 0;

    /** Returns on how many real threads the cluster runs, see {@link TestCluster.Builder#threads}; 0 leaves it to the builder. */
    int threads() default 0;

    /** Returns whether the cluster runs on real sockets, see {@link TestCluster.Builder#sockets}. */
    boolean sockets() default false;
}
