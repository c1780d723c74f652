package io.roomcast.testkit.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs a test class as a build would, and keeps what became of each of its tests. */
final class Launched implements TestExecutionListener {

    /** One test or container that ran. */
    record Outcome(String name, boolean isTest, TestExecutionResult result) {

        Throwable failure() {
            return result.getThrowable().orElseThrow();
        }
    }

    final List<Outcome> outcomes = new ArrayList<>();
    final List<String> reports = new ArrayList<>();

    static Launched run(Class<?> tests) {
        return run(tests, Map.of());
    }

    static Launched run(Class<?> tests, Map<String, String> parameters) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(tests))
                .configurationParameters(parameters)
                .configurationParameter(Sample.LAUNCHED, "true")
                .build();
        Launched launched = new Launched();
        LauncherFactory.create().execute(request, launched);
        return launched;
    }

    List<String> passed() {
        return names(TestExecutionResult.Status.SUCCESSFUL);
    }

    List<String> failed() {
        return names(TestExecutionResult.Status.FAILED);
    }

    /** Returns the one failure there was, of a test or a class. */
    Throwable failure() {
        List<Outcome> failed = outcomes.stream()
                .filter(outcome -> outcome.result().getStatus() == TestExecutionResult.Status.FAILED)
                .toList();
        if (failed.size() != 1) {
            throw new AssertionError("expected one failure, and there were " + failed);
        }
        return failed.get(0).failure();
    }

    private List<String> names(TestExecutionResult.Status status) {
        return outcomes.stream()
                .filter(Outcome::isTest)
                .filter(outcome -> outcome.result().getStatus() == status)
                .map(Outcome::name)
                .toList();
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        outcomes.add(new Outcome(
                Optional.of(test.getDisplayName()).orElse("").replaceAll("\\(.*\\)", ""), test.isTest(), result));
    }

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        reports.addAll(entry.getKeyValuePairs().values());
    }
}
