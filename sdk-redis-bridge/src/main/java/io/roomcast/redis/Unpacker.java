package io.roomcast.redis;

import io.roomcast.bridge.BridgeListener;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens what came over a lane for the node and tells the node what is in it. In the lane's order of deliveries, one message at a time. */
final class Unpacker implements Deliveries.Handler {

    private static final Logger log = LoggerFactory.getLogger(Unpacker.class);

    private final Station station;
    private final Members members;
    private final BridgeListener node;
    private final Interest interest;
    private final Supplier<Logs> logs;
    private volatile boolean refusalLogged;

    Unpacker(Station station, Members members, BridgeListener node, Interest interest, Supplier<Logs> logs) {
        this.station = station;
        this.members = members;
        this.node = node;
        this.interest = interest;
        this.logs = logs;
    }

    @Override
    public void arrived(byte[] channel, byte[] payload) {
        try {
            Parcel parcel = station.parcels().open(channel, payload);
            if (parcel instanceof Parcel.ForRoom forRoom) {
                forRoom(channel, forRoom);
            } else if (parcel instanceof Parcel.ForNode forNode) {
                members.deliver(forNode.origin(), () -> forNode(channel, forNode.envelopes()));
            } else if (parcel instanceof Parcel.Log appended) {
                String room = station.names().roomOf(channel);
                if (room != null) {
                    logs.get().live(room, appended);
                }
            }
        } catch (Refused refused) {
            refuse(channel, refused);
        }
    }

    private void forRoom(byte[] channel, Parcel.ForRoom parcel) {
        String room = station.names().roomOf(channel);
        if (room != null && parcel.origin().boot() != station.self().boot() && interest.wants(room)) {
            members.deliver(parcel.origin(), () -> {
                try {
                    while (parcel.envelopes().hasMore()) {
                        tell(room, parcel.envelopes().sized());
                    }
                } catch (Refused refused) {
                    refuse(channel, refused);
                }
            });
        }
    }

    private void forNode(byte[] channel, ByteSource envelopes) {
        try {
            while (envelopes.hasMore()) {
                tell(envelopes.text(Integer.MAX_VALUE), envelopes.sized());
            }
        } catch (Refused refused) {
            refuse(channel, refused);
        }
    }

    private void tell(String room, byte[] envelope) {
        station.counters().arrived.increment();
        try {
            node.onEnvelope(room, envelope);
        } catch (RuntimeException failure) {
            log.error("a node's listener threw", failure);
        }
    }

    /** Something that came, for the node or for the bridge, is not believed. From any thread. */
    void refuse(byte[] channel, Refused refused) {
        station.counters().refused(refused.why);
        if (!refusalLogged) {
            refusalLogged = true;
            log.warn(
                    "refused a message on {}: {}. Further ones are only counted.",
                    new String(channel, StandardCharsets.UTF_8),
                    refused.getMessage());
        }
    }
}
