package io.roomcast.testkit.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What one kind of peer does, from coming to going. Immutable; checked when it is made: what cannot be done is refused with what to change.
 * When the last step is done a peer that is still connected closes its connection.
 *
 * <pre>{@code
 * Behaviour talker = Behaviour.of("talker", peer -> peer
 *     .connect()
 *     .join("room", RoomChoice.of("chat/{}", Feeder.hotspot(1000, 0.9, 0.1)))
 *     .repeat(5, again -> again
 *         .think(Think.exponential(Duration.ofSeconds(8)))
 *         .broadcast("room", "say", Payload.between(40, 200)))
 *     .leave("room"));
 * }</pre>
 *
 * @param name what reports call it
 * @param steps what it does
 */
public record Behaviour(String name, List<Step> steps) {

    /** Makes one of steps that are there already. */
    public Behaviour {
        Checks.name("name", name);
        steps = List.copyOf(steps);
        StepCheck.check(name, steps);
    }

    /** Makes one. @param script says what it does, step by step */
    public static Behaviour of(String name, Consumer<Steps> script) {
        Steps steps = new Steps();
        script.accept(steps);
        return new Behaviour(name, steps.list);
    }

    /** Collects steps. A room is named by its slot: a word of the behaviour's own for "the room that I joined as …". Not safe for concurrent use. */
    public static final class Steps {

        private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

        private final List<Step> list = new ArrayList<>();

        private Steps() {}

        /** Connects and says hello; goes on when welcomed. */
        public Steps connect() {
            return connect(Subprotocol.PROTOBUF);
        }

        /** Connects and says hello; goes on when welcomed. @param subprotocol what it speaks from now on, also after {@link #resume} */
        public Steps connect(Subprotocol subprotocol) {
            return add(new Step.Connect(subprotocol));
        }

        /** Joins a room that everybody calls the same. */
        public Steps join(String room) {
            return join(room, RoomChoice.of(room));
        }

        /** Joins a room; goes on when it is in. @param slot what later steps call the room */
        public Steps join(String slot, RoomChoice room) {
            return add(new Step.Join(Checks.name("slot", slot), room));
        }

        /** Leaves a room; goes on when it is out. */
        public Steps leave(String slot) {
            return add(new Step.Leave(slot));
        }

        /** Sends a message that the room's handler is expected to broadcast, as the scenario's {@link Relay} says. */
        public Steps broadcast(String slot, String event, Payload payload) {
            return add(new Step.Broadcast(slot, Checks.name("event", event), payload));
        }

        /** Sends a message to one other peer in the room, which the handler is expected to pass on to it; to itself when it is alone. */
        public Steps send(String slot, String event, Payload payload) {
            return add(new Step.Send(slot, Checks.name("event", event), payload));
        }

        /** Asks the room's handler and goes on when the answer is there; one that does not come within 30 s counts as timed out. */
        public Steps request(String slot, String event, Payload payload) {
            return request(slot, event, payload, DEFAULT_TIMEOUT);
        }

        /** Asks the room's handler and goes on when the answer is there. */
        public Steps request(String slot, String event, Payload payload, Duration timeout) {
            return add(
                    new Step.Request(slot, Checks.name("event", event), payload, Checks.positive("timeout", timeout)));
        }

        /**
         * Waits until it has got so many messages of a room, counted from when it joined or from when its last expectation was
         * met. Those that do not come in time are counted, and it goes on.
         */
        public Steps expect(String slot, int messages, Duration timeout) {
            return add(new Step.Expect(
                    slot, Checks.range("messages", messages, 1, 1 << 30), Checks.positive("timeout", timeout)));
        }

        /** Reads the newest messages of a room's history, for rooms that have one; goes on when they are there. @param messages 1 to 100 */
        public Steps history(String slot, int messages) {
            return add(new Step.History(slot, Checks.range("messages", messages, 1, 100)));
        }

        /** Waits. @param time see {@link Think} */
        public Steps think(Spread time) {
            return add(new Step.Wait(time));
        }

        /** Waits, always as long. */
        public Steps pause(Duration time) {
            return add(new Step.Wait(Think.constant(Checks.notNegative("time", time))));
        }

        /** Does something so many times. */
        public Steps repeat(int times, Consumer<Steps> body) {
            return repeat(new Spread.Constant(Checks.range("times", times, 1, 1 << 30)), body);
        }

        /** Does something a number of times that is drawn, perhaps never. */
        public Steps repeat(Spread times, Consumer<Steps> body) {
            if (times.most() > 1 << 30) {
                throw new IllegalArgumentException(
                        "times is up to " + times.most() + ", expected at most " + (1 << 30));
            }
            return add(new Step.Repeat(times, inner(body)));
        }

        /** Does something again and again until a time that is drawn is over: the length of a visit. At least once. */
        public Steps repeatFor(Spread time, Consumer<Steps> body) {
            return add(new Step.RepeatFor(time, inner(body)));
        }

        /** Does one of several things, chosen by weight. */
        public Steps branch(Consumer<Arms> arms) {
            Arms collected = new Arms();
            arms.accept(collected);
            return add(new Step.Branch(collected.list));
        }

        /** Waits until so many peers have come to the barrier of this name. Those that wait longer than the timeout are counted, and go on. */
        public Steps barrier(String name, int peers, Duration timeout) {
            return add(new Step.Barrier(
                    Checks.name("barrier", name),
                    Checks.range("peers", peers, 1, 1 << 30),
                    Checks.positive("timeout", timeout)));
        }

        /** Closes the connection in order. */
        public Steps disconnect() {
            return disconnect(Ending.CLOSE);
        }

        /** Ends the connection. */
        public Steps disconnect(Ending ending) {
            return add(new Step.Disconnect(ending));
        }

        /** Connects again after {@link #disconnect(Ending)} and takes the session up where it was. Where it is gone, joins its rooms anew. */
        public Steps resume() {
            return add(new Step.Resume());
        }

        /** Stops reading for a time, then reads again. */
        public Steps stall(Spread time) {
            return add(new Step.Stall(time));
        }

        /** Reads no more than this from now on; 0 = as fast as it can. */
        public Steps readSlowly(int bytesPerSecond) {
            return add(new Step.ReadSlowly(Checks.range("bytesPerSecond", bytesPerSecond, 0, 1 << 30)));
        }

        /** Does something that it should not. */
        public Steps misbehave(Misdeed misdeed) {
            return add(new Step.Misbehave(misdeed));
        }

        /** Sends what somebody sent before, in its own time, to one other peer of the room. See {@link Recording}. */
        public Steps replay(String slot, Recording recording) {
            long before = 0;
            for (Recording.Item item : recording.items()) {
                if (item.at().toNanos() > before) {
                    pause(item.at().minusNanos(before));
                    before = item.at().toNanos();
                }
                send(slot, item.event(), Payload.of(item.payload()));
            }
            return this;
        }

        /** Sends a recording read from a file: see {@link Recording#read}. */
        public Steps replay(String slot, Path file) throws IOException {
            return replay(slot, Recording.read(file));
        }

        private Steps add(Step step) {
            list.add(step);
            return this;
        }

        private static List<Step> inner(Consumer<Steps> body) {
            Steps inner = new Steps();
            body.accept(inner);
            return inner.list;
        }
    }

    /** Collects the arms of a branch. Not safe for concurrent use. */
    public static final class Arms {

        private final List<Step.Arm> list = new ArrayList<>();

        private Arms() {}

        /** Adds one thing that may be done. @param weight how often in relation to the others */
        public Arms arm(int weight, Consumer<Steps> steps) {
            list.add(new Step.Arm(weight, Steps.inner(steps)));
            return this;
        }

        /** Adds doing nothing. */
        public Arms otherwise(int weight) {
            return arm(weight, nothing -> {});
        }
    }
}
