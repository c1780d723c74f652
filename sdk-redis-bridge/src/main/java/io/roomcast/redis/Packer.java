package io.roomcast.redis;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Makes as few commands as it can of a batch: what goes to one channel shares a PUBLISH, what goes to one log shares an append.
 *
 * <p>The order of a room's envelopes is kept, though they may go to several channels: an envelope joins a command only if that
 * does not stand before the last one that has an envelope of the same room.
 */
final class Packer {

    private static final int MOST_BYTES = 128 << 10;

    private final Names names;
    private final Parcels parcels;
    private final Origin self;
    private final Supplier<String> epochs;

    Packer(Names names, Parcels parcels, Origin self, Supplier<String> epochs) {
        this.names = names;
        this.parcels = parcels;
        this.self = self;
        this.epochs = epochs;
    }

    List<Pipelined> pack(List<Outgoing> batch) {
        return batch.size() == 1 ? List.of(alone(batch.get(0))) : together(batch);
    }

    private Pipelined alone(Outgoing item) {
        if (item instanceof Outgoing.Envelope envelope) {
            Pipelined.Publish publish = new Pipelined.Publish(channel(envelope), parcels, self);
            publish.add(envelope);
            return publish;
        }
        if (item instanceof Outgoing.Append append) {
            Pipelined.Log log = new Pipelined.Log(append.room, names, parcels, epochs.get());
            log.add(append);
            return log;
        }
        return new Pipelined.Own((Outgoing.Command) item);
    }

    private byte[] channel(Outgoing.Envelope envelope) {
        return envelope.to == null
                ? names.room(envelope.room)
                : names.inbox(names.partition(envelope.room), envelope.to.boot());
    }

    private List<Pipelined> together(List<Outgoing> batch) {
        List<Pipelined> pipeline = new ArrayList<>();
        Map<ByteBuffer, Integer> openByChannel = new HashMap<>();
        Map<String, Integer> lastOfRoom = new HashMap<>();
        Map<String, Pipelined.Log> logs = new HashMap<>();
        for (Outgoing item : batch) {
            if (item instanceof Outgoing.Envelope envelope) {
                publish(envelope, pipeline, openByChannel, lastOfRoom);
            } else if (item instanceof Outgoing.Append append) {
                logs.computeIfAbsent(append.room, room -> {
                            Pipelined.Log log = new Pipelined.Log(room, names, parcels, epochs.get());
                            pipeline.add(log);
                            return log;
                        })
                        .add(append);
            } else if (item instanceof Outgoing.Command command) {
                pipeline.add(new Pipelined.Own(command));
            }
        }
        return pipeline;
    }

    private void publish(
            Outgoing.Envelope envelope,
            List<Pipelined> pipeline,
            Map<ByteBuffer, Integer> openByChannel,
            Map<String, Integer> lastOfRoom) {
        byte[] channel = channel(envelope);
        ByteBuffer key = ByteBuffer.wrap(channel);
        Integer open = openByChannel.get(key);
        int notBefore = lastOfRoom.getOrDefault(envelope.room, 0);
        if (open == null
                || open < notBefore
                || ((Pipelined.Publish) pipeline.get(open)).bytes() + envelope.size > MOST_BYTES) {
            open = pipeline.size();
            pipeline.add(new Pipelined.Publish(channel, parcels, self));
            openByChannel.put(key, open);
        }
        ((Pipelined.Publish) pipeline.get(open)).add(envelope);
        lastOfRoom.put(envelope.room, open);
    }
}
