package io.roomcast.testkit.report;

import io.roomcast.testkit.result.Count;
import io.roomcast.testkit.result.Metric;
import io.roomcast.testkit.result.RunResult;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** A run in one or two sentences. */
final class Story {

    private Story() {}

    static String of(RunResult result) {
        List<String> done = new ArrayList<>();
        done.add(Format.number(result.count(Count.PEERS_STARTED)) + " peers came");
        long said = result.count(Count.MESSAGES_SENT);
        long asked = result.count(Count.REQUESTS);
        if (said > 0) {
            done.add("sent " + Format.number(said) + " messages");
        }
        if (asked > 0) {
            done.add("asked " + Format.number(asked) + " times");
        }
        if (result.count(Count.MESSAGES_RECEIVED) > 0) {
            done.add("heard " + Format.number(result.count(Count.MESSAGES_RECEIVED)) + " messages");
        }
        String story = list(done) + ".";
        if (!Plots.takesTime(result)) {
            return story + " Time was virtual: none passed between a message and its arrival.";
        }
        Histogram delivery = result.measurements().merged(Metric.DELIVERY);
        Histogram request = result.measurements().merged(Metric.REQUEST);
        if (delivery.getTotalCount() > 0) {
            story += " Of the deliveries 99 % came within " + Format.nanos(delivery.getValueAtPercentile(99))
                    + " of their plan" + (request.getTotalCount() > 0 ? "," : ".");
        }
        if (request.getTotalCount() > 0) {
            story += (delivery.getTotalCount() > 0 ? " of the replies" : " Of the replies 99 % came") + " within "
                    + Format.nanos(request.getValueAtPercentile(99))
                    + (delivery.getTotalCount() > 0 ? "." : " of their plan.");
        }
        return story;
    }

    private static String list(List<String> parts) {
        return parts.size() == 1
                ? parts.get(0)
                : String.join(", ", parts.subList(0, parts.size() - 1)) + " and " + parts.get(parts.size() - 1);
    }
}
