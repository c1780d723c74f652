package io.roomcast.testkit.oracle;

import io.roomcast.AcknowledgedBroadcast;
import io.roomcast.Broadcast;
import io.roomcast.Message;
import io.roomcast.Peer;
import io.roomcast.Receipt;
import io.roomcast.RoomOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A broadcast that tells a watcher whom it is for before it is sent. Belongs to the thread that puts it together. */
final class WatchedBroadcast implements Broadcast {

    private final Broadcast broadcast;
    private final String room;
    private final Message message;
    private final Watcher watcher;
    private final int node;
    private final RoomOptions options;
    private Collection<String> except = List.of();
    private @Nullable Collection<String> only;
    private boolean certain = true;
    private boolean volatileOrLatest;
    private boolean named;

    WatchedBroadcast(
            Broadcast broadcast, String room, Message message, Watcher watcher, int node, RoomOptions options) {
        this.broadcast = broadcast;
        this.room = room;
        this.message = message;
        this.watcher = watcher;
        this.node = node;
        this.options = options;
    }

    @Override
    public Broadcast except(Peer peer) {
        broadcast.except(peer);
        except = with(except, List.of(peer.id()));
        return this;
    }

    @Override
    public Broadcast except(Collection<String> peerIds) {
        broadcast.except(peerIds);
        except = with(except, peerIds);
        return this;
    }

    @Override
    public Broadcast toPeers(Collection<String> peerIds) {
        broadcast.toPeers(peerIds);
        only = with(only == null ? List.of() : only, peerIds);
        return this;
    }

    @Override
    public Broadcast toPeers(String... peerIds) {
        return toPeers(List.of(peerIds));
    }

    @Override
    public Broadcast from(Peer peer) {
        broadcast.from(peer);
        return this;
    }

    @Override
    public Broadcast volatileDelivery() {
        broadcast.volatileDelivery();
        certain = false;
        volatileOrLatest = true;
        return this;
    }

    @Override
    public Broadcast messageId(String id) {
        broadcast.messageId(id);
        named = true;
        return this;
    }

    @Override
    public Broadcast key(String key) {
        broadcast.key(key);
        certain = false;
        return this;
    }

    @Override
    public Broadcast latest(String key) {
        broadcast.latest(key);
        certain = false;
        volatileOrLatest = true;
        return this;
    }

    @Override
    public AcknowledgedBroadcast withAck(Duration timeout) {
        AcknowledgedBroadcast acknowledged = broadcast.withAck(timeout);
        return acknowledged::send;
    }

    @Override
    public Receipt send() {
        watcher.broadcast(node, room, message, except, only, certain, history());
        Receipt receipt = broadcast.send();
        receipt.published().whenComplete((done, failure) -> {
            if (failure != null) {
                watcher.refused(node, room, message);
            }
        });
        return receipt;
    }

    /** As {@link Broadcast} says. */
    private Watcher.History history() {
        boolean goes = options.history().isPresent()
                && only == null
                && !volatileOrLatest
                && !options.policies().containsKey(message.event());
        return !goes ? Watcher.History.NOT : named ? Watcher.History.PERHAPS : Watcher.History.YES;
    }

    private static Collection<String> with(Collection<String> known, Collection<String> more) {
        if (known.isEmpty()) {
            return List.copyOf(more);
        }
        List<String> all = new ArrayList<>(known);
        all.addAll(more);
        return all;
    }
}
