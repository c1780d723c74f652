package io.roomcast.testkit.junit;

import io.roomcast.testkit.TestCluster;
import io.roomcast.testkit.TestNode;
import io.roomcast.testkit.TestPeer;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/** What {@link RoomcastTest} does. */
final class RoomcastExtension
        implements TestTemplateInvocationContextProvider, ParameterResolver, AfterEachCallback, AfterAllCallback {

    private static final Set<Class<?>> INJECTED =
            Set.of(TestCluster.class, TestCluster.Builder.class, TestNode.class, TestPeer.class);

    // ---- repetitions

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), RoomcastTest.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        Settings settings = Settings.of(context);
        if (settings.seeds() > 1
                && BuilderField.of(context.getRequiredTestClass())
                        .filter(BuilderField::isStatic)
                        .isPresent()) {
            throw new ExtensionConfigurationException("seeds is " + settings.seeds() + " and the builder of "
                    + context.getRequiredTestClass().getName()
                    + " is static: one cluster has one interleaving, make the field an instance field");
        }
        Sweep sweep = new Sweep();
        return settings.each().boxed().takeWhile(seed -> sweep.goesOn()).map(sweep::run);
    }

    // ---- parameters

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return INJECTED.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == TestCluster.Builder.class) {
            return configured(Run.of(context).adopt(TestCluster.builder()), context);
        }
        TestCluster cluster = cluster(context);
        if (type == TestCluster.class) {
            return cluster;
        }
        int number = parameter.findAnnotation(OnNode.class).map(OnNode::value).orElse(1);
        if (number < 1 || number > cluster.size()) {
            throw new ParameterResolutionException("@OnNode is " + number + " at " + parameter.getParameter()
                    + ", and the cluster has nodes 1 to " + cluster.size());
        }
        TestNode node = cluster.node(number);
        return type == TestNode.class ? node : peer(parameter, cluster, node);
    }

    private static TestPeer peer(ParameterContext parameter, TestCluster cluster, TestNode node) {
        String name = parameter.getParameter().isNamePresent()
                ? parameter.getParameter().getName()
                : "peer of parameter " + (parameter.getIndex() + 1);
        Optional<TestPeer> known = cluster.peer(name).filter(peer -> peer.closeCode() == 0);
        if (known.isPresent() && known.get().node() != node) {
            throw new ParameterResolutionException("peer " + name + " is asked for on " + node + " and connected to "
                    + known.get().node());
        }
        return known.orElseGet(() -> node.peer(name));
    }

    private static TestCluster cluster(ExtensionContext context) {
        BuilderField field = BuilderField.of(context.getRequiredTestClass())
                .orElseThrow(() -> new ParameterResolutionException("class "
                        + context.getRequiredTestClass().getName()
                        + " has no field of type TestCluster.Builder, which says what rooms its cluster has"));
        if (!field.isStatic()) {
            return started(Run.of(context), field, context);
        }
        ExtensionContext owner = context;
        for (Optional<ExtensionContext> any = Optional.of(context);
                any.isPresent();
                any = any.get().getParent()) {
            if (any.get().getTestClass().filter(field::isOf).isPresent()) {
                owner = any.get();
            }
        }
        TestCluster shared = started(Run.of(owner), field, owner);
        if (owner != context) {
            Run.of(context).borrow(shared);
        }
        return shared;
    }

    private static TestCluster started(Run run, BuilderField field, ExtensionContext context) {
        TestCluster running = run.cluster();
        return running != null ? running : run.start(configured(field.builder(context), context));
    }

    private static TestCluster.Builder configured(TestCluster.Builder builder, ExtensionContext context) {
        Settings settings = Settings.of(context);
        if (settings.nodes() > 0) {
            builder.nodes(settings.nodes());
        }
        if (settings.threads() > 0) {
            builder.threads(settings.threads());
        }
        if (settings.sockets()) {
            builder.sockets();
        }
        return builder;
    }

    // ---- the end

    @Override
    public void afterEach(ExtensionContext context) {
        Run.existing(context).ifPresent(run -> conclude(run, context));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Run.existing(context).ifPresent(run -> conclude(run, context));
    }

    private static void conclude(Run run, ExtensionContext context) {
        Optional<Throwable> failure =
                context.getExecutionException().filter(thrown -> !(thrown instanceof TestAbortedException));
        if (failure.isPresent()) {
            run.failed();
            run.abandon(failure.get());
            tell(run, context, failure.get());
            return;
        }
        try {
            run.conclude();
        } catch (RuntimeException | Error wrong) {
            run.failed();
            tell(run, context, wrong);
            throw wrong;
        }
    }

    /** Says how to run it again, where people look: at the failure, and in what the build prints. */
    private static void tell(Run run, ExtensionContext context, Throwable failure) {
        if (!run.hasCluster()) {
            return;
        }
        String test = context.getRequiredTestClass().getName().replaceFirst(".*\\.", "")
                + context.getTestMethod().map(Method::getName).map("#"::concat).orElse("");
        String line = "To run it again: @RoomcastTest(seed = " + run.seed() + "L), or -Dtest='" + test
                + "' -Droomcast.seed=" + run.seed();
        failure.addSuppressed(new Replay(line));
        context.publishReportEntry("roomcast", test + " failed. " + line);
    }
}
