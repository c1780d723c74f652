package io.roomcast.runtime.cluster;

import io.roomcast.Acks;
import io.roomcast.RoomcastException;
import io.roomcast.runtime.cluster.proto.Answers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What other nodes were asked and have not answered. Whoever asks bounds how many questions are open, and completes an answer
 * for which it does not wait any more; completed in whatever way, it is forgotten. Safe to use from any thread.
 */
final class OpenAsks {

    private final AtomicLong lastId = new AtomicLong();
    private final ConcurrentMap<Key, CompletableFuture<Acks>> open = new ConcurrentHashMap<>();

    private record Key(String node, long id) {}

    long nextId() {
        return lastId.incrementAndGet();
    }

    CompletableFuture<Acks> open(long id, String node) {
        Key key = new Key(node, id);
        CompletableFuture<Acks> answer = new CompletableFuture<>();
        open.put(key, answer);
        answer.whenComplete((acks, failure) -> open.remove(key));
        return answer;
    }

    /** A node answers. An answer that nobody waits for any more is ignored. */
    void answered(String node, Answers answers) {
        CompletableFuture<Acks> answer = open.get(new Key(node, answers.getId()));
        if (answer == null) {
            return;
        }
        if (answers.getRefused()) {
            answer.completeExceptionally(new RoomcastException("node " + node + " is asked too much"));
        } else {
            answer.complete(Envelopes.acks(answers));
        }
    }

    void lost(String node) {
        open.forEach((key, answer) -> {
            if (key.node().equals(node)) {
                answer.completeExceptionally(new RoomcastException("node " + node + " was lost"));
            }
        });
    }

    void allLost() {
        open.forEach((key, answer) -> answer.completeExceptionally(new RoomcastException("this node has stopped")));
    }

    int size() {
        return open.size();
    }
}
