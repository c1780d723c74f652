package io.roomcast.testkit;

import io.roomcast.NodeStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a cluster at the end of a test that none of its expectations spoke of. */
final class Inspection {

    private final List<TestNode> nodes;
    private final HandlerFailures failures;

    Inspection(List<TestNode> nodes, HandlerFailures failures) {
        this.nodes = nodes;
        this.failures = failures;
    }

    /** Returns what the application's code threw and no test expected. */
    List<AssertionError> thrown() {
        List<AssertionError> thrown = new ArrayList<>();
        for (HandlerFailures.Failure failure : failures.unexpected()) {
            thrown.add(new AssertionError(failure.where() + " threw " + failure.thrown(), failure.thrown()));
        }
        return thrown;
    }

    /** Returns what strict peers saw that no test expected. */
    static List<AssertionError> unexpected(List<TestPeer> peers, Duration now) {
        List<AssertionError> unexpected = new ArrayList<>();
        for (TestPeer peer : peers) {
            List<Diary.Entry> open = peer.isStrict()
                    ? peer.diary().open(entry -> entry.seen.kind().isNews())
                    : List.of();
            if (!open.isEmpty()) {
                unexpected.add(new AssertionError(
                        peer.diary().owner() + " is strict, and the test did not expect " + open.size()
                                + " of the things it saw, the first: "
                                + open.get(0).seen.text() + ".\n"
                                + peer.diary().story(now)));
            }
        }
        return unexpected;
    }

    /** Returns what is on the nodes and should not be. @param staying how many peers are still connected, as they should */
    List<String> leftovers(long staying) {
        List<String> left = new ArrayList<>();
        long connections = 0;
        for (TestNode node : nodes) {
            NodeStats stats = node.stats();
            connections += stats.connections();
            if (staying == 0 && !isEmpty(stats)) {
                left.add(node + ": " + stats);
            }
        }
        if (connections > staying) {
            left.add(connections + " connections, expected " + staying);
        }
        return left;
    }

    private static boolean isEmpty(NodeStats stats) {
        return stats.peers() == 0
                && stats.rooms() == 0
                && stats.memberships() == 0
                && stats.outboundBytes() == 0
                && stats.openRequests() == 0;
    }
}
