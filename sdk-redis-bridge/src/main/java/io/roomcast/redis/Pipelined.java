package io.roomcast.redis;

import io.roomcast.HistoryPosition;
import io.roomcast.RoomcastException;
import io.roomcast.bridge.Appended;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/** One command of a pipeline and what waits for its reply. Belongs to whoever has the lane's {@link Turn}. */
abstract sealed class Pipelined {

    final List<Outgoing> items = new ArrayList<>(1);

    static List<CommandArguments> arguments(List<Pipelined> pipeline, RedisConnection.Facts server) {
        List<CommandArguments> arguments = new ArrayList<>(pipeline.size());
        for (Pipelined command : pipeline) {
            arguments.add(command.arguments(server));
        }
        return arguments;
    }

    /** Returns whether nobody waits for the end of anything in it. */
    boolean isUnheard() {
        for (Outgoing item : items) {
            if (!item.isUnheard()) {
                return false;
            }
        }
        return true;
    }

    abstract CommandArguments arguments(RedisConnection.Facts server);

    /** Returns what it is, for who is told of its failure. */
    abstract String what();

    /** Redis has executed it. What it does for others goes to {@code later}, so that the writer does not wait for them. */
    abstract void replied(@Nullable Object reply, Counters counters, Consumer<Runnable> later);

    /** Envelopes for one channel. */
    static final class Publish extends Pipelined {
        private final byte[] channel;
        private final Parcels parcels;
        private final Origin self;
        private int bytes;

        Publish(byte[] channel, Parcels parcels, Origin self) {
            this.channel = channel;
            this.parcels = parcels;
            this.self = self;
        }

        void add(Outgoing.Envelope envelope) {
            items.add(envelope);
            bytes += envelope.size;
        }

        int bytes() {
            return bytes;
        }

        @Override
        CommandArguments arguments(RedisConnection.Facts server) {
            byte[] parcel;
            if (first().to == null) {
                List<byte[]> envelopes = new ArrayList<>(items.size());
                items.forEach(item -> envelopes.add(((Outgoing.Envelope) item).bytes));
                parcel = parcels.forRoom(channel, self, envelopes);
            } else {
                List<Parcels.Addressed> envelopes = new ArrayList<>(items.size());
                for (Outgoing item : items) {
                    Outgoing.Envelope envelope = (Outgoing.Envelope) item;
                    envelopes.add(new Parcels.Addressed(envelope.room, envelope.bytes));
                }
                parcel = parcels.forNode(channel, self, envelopes);
            }
            return publish(server.sharded(), channel, parcel);
        }

        static CommandArguments publish(boolean sharded, byte[] channel, byte[] parcel) {
            return new CommandArguments(sharded ? Protocol.Command.SPUBLISH : Protocol.Command.PUBLISH)
                    .add(channel)
                    .add(parcel);
        }

        @Override
        void replied(@Nullable Object reply, Counters counters, Consumer<Runnable> later) {
            Origin to = first().to;
            counters.publishCommands.increment();
            if (to != null && Long.valueOf(0).equals(reply)) {
                counters.noRoute.add(items.size());
                counters.publishFailed.add(items.size());
                RoomcastException noRoute =
                        new RoomcastException("no route to node " + to.nodeId() + ": nobody there listens");
                items.forEach(item -> later.accept(() -> item.fail(noRoute)));
                return;
            }
            counters.published.add(items.size());
            items.forEach(item -> later.accept(() -> ((Outgoing.Envelope) item).done.complete(null)));
        }

        @Override
        String what() {
            Origin to = first().to;
            return "a message about room " + first().room + (to == null ? "" : " to node " + to.nodeId());
        }

        private Outgoing.Envelope first() {
            return (Outgoing.Envelope) items.get(0);
        }
    }

    /** Envelopes for one room's log. One room has one of these in a pipeline, so that its order holds whatever is sent again. */
    static final class Log extends Pipelined {
        private final String room;
        private final Names names;
        private final Parcels parcels;
        private final String newEpoch;

        Log(String room, Names names, Parcels parcels, String newEpoch) {
            this.room = room;
            this.names = names;
            this.parcels = parcels;
            this.newEpoch = newEpoch;
        }

        void add(Outgoing.Append append) {
            items.add(append);
        }

        @Override
        CommandArguments arguments(RedisConnection.Facts server) {
            Outgoing.Append last = append(items.size() - 1);
            byte[] place = Seal.place(room);
            boolean identified = items.stream().anyMatch(item -> ((Outgoing.Append) item).messageId != null);
            CommandArguments command = new CommandArguments(Protocol.Command.EVALSHA)
                    .add(Script.APPEND.sha1())
                    .add(identified ? 3 : 2)
                    .key(names.meta(room))
                    .key(names.history(room));
            if (identified) {
                // While a slot is on its way, a command with a key that does not exist has to wait.
                command.key(names.ids(room));
            }
            command.add(newEpoch)
                    .add(last.retention.size())
                    .add(last.retention.age().toMillis())
                    .add(server.sharded() ? "SPUBLISH" : "PUBLISH")
                    .add(names.room(room))
                    .add(parcels.logHeader())
                    .add(server.lineage())
                    .add(server.lacks().code);
            int from = 0;
            while (from < items.size()) {
                int end = groupEnd(from);
                ByteSink frames = new ByteSink(1024);
                for (int i = from; i < end; i++) {
                    parcels.logFrame(frames, place, append(i).bytes);
                }
                String id = append(from).messageId;
                command.add(id == null ? "" : id).add(end - from).add(frames.toBytes());
                from = end;
            }
            return command;
        }

        /** What has an id stands alone; what has none stands with its neighbours. */
        private int groupEnd(int from) {
            int end = from + 1;
            if (append(from).messageId == null) {
                while (end < items.size() && append(end).messageId == null) {
                    end++;
                }
            }
            return end;
        }

        @Override
        String what() {
            return "an append to room " + room;
        }

        private Outgoing.Append append(int index) {
            return (Outgoing.Append) items.get(index);
        }

        @Override
        void replied(@Nullable Object reply, Counters counters, Consumer<Runnable> later) {
            if (!(reply instanceof List<?> list) || !(list.get(0) instanceof byte[] epochBytes)) {
                RoomcastException strange = new RoomcastException("Redis answered an append with " + reply);
                items.forEach(item -> later.accept(() -> item.fail(strange)));
                return;
            }
            counters.appendCommands.increment();
            counters.appended.add(items.size());
            String epoch = new String(epochBytes, StandardCharsets.UTF_8);
            int from = 0;
            for (int group = 1; from < items.size(); group++) {
                int end = groupEnd(from);
                long offset = (Long) list.get(group);
                boolean duplicate = offset < 0;
                for (int i = from; i < end; i++) {
                    HistoryPosition position = new HistoryPosition(epoch, Math.abs(offset) - (end - 1 - i));
                    Outgoing.Append done = append(i);
                    later.accept(() -> done.done.complete(new Appended(position, duplicate)));
                }
                from = end;
            }
        }
    }

    /**
     * Asks for the time, only because Redis answers. At the end of a turn Redis writes to its clients beginning with the one it had something
     * for last. A client whose first command is a publish comes before all who listen; one that had an answer coming already comes after them.
     */
    static final class Knock extends Pipelined {

        @Override
        CommandArguments arguments(RedisConnection.Facts server) {
            return new CommandArguments(Protocol.Command.TIME);
        }

        @Override
        String what() {
            return "to tell the time";
        }

        @Override
        void replied(@Nullable Object reply, Counters counters, Consumer<Runnable> later) {}
    }

    /** A command of the bridge's own. */
    static final class Own extends Pipelined {
        private final Outgoing.Command command;

        Own(Outgoing.Command command) {
            this.command = command;
            items.add(command);
        }

        @Override
        CommandArguments arguments(RedisConnection.Facts server) {
            return command.arguments.apply(server);
        }

        @Override
        String what() {
            return "a command of the bridge";
        }

        @Override
        void replied(@Nullable Object reply, Counters counters, Consumer<Runnable> later) {
            // The bridge's own callbacks hand over by themselves.
            command.replied.accept(reply);
        }
    }
}
