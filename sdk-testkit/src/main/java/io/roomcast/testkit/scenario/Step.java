package io.roomcast.testkit.scenario;

import java.time.Duration;
import java.util.List;

/** One thing that a peer does. {@link Behaviour.Steps} makes them; drivers see them as a {@link io.roomcast.testkit.program.Program}. */
public sealed interface Step {

    /** Connects and says hello; goes on when welcomed. */
    record Connect(Subprotocol subprotocol) implements Step {}

    /** Joins a room; goes on when it is in. @param slot what the behaviour calls it */
    record Join(String slot, RoomChoice room) implements Step {}

    /** Leaves a room; goes on when it is out. */
    record Leave(String slot) implements Step {}

    /** Sends a message that the handler broadcasts. */
    record Broadcast(String slot, String event, Payload payload) implements Step {}

    /** Sends a message to one other peer of the room, which the handler passes on to it. */
    record Send(String slot, String event, Payload payload) implements Step {}

    /** Asks the room's handler; goes on when the answer is there. */
    record Request(String slot, String event, Payload payload, Duration timeout) implements Step {}

    /** Waits until it has got so many messages of a room since it joined, or since its last expectation was met. */
    record Expect(String slot, int messages, Duration timeout) implements Step {}

    /** Reads the newest messages of a room's history; goes on when they are there. */
    record History(String slot, int messages) implements Step {}

    /** Does nothing for a time. */
    record Wait(Spread nanos) implements Step {}

    /** Does something so many times. */
    record Repeat(Spread times, List<Step> body) implements Step {

        public Repeat {
            body = List.copyOf(body);
        }
    }

    /** Does something again and again until the time is over. */
    record RepeatFor(Spread nanos, List<Step> body) implements Step {

        public RepeatFor {
            body = List.copyOf(body);
        }
    }

    /** Does one of several things. */
    record Branch(List<Arm> arms) implements Step {

        public Branch {
            arms = List.copyOf(arms);
        }
    }

    /** One of several things, and how often in relation to the others. */
    record Arm(int weight, List<Step> steps) {

        public Arm {
            Checks.range("weight", weight, 1, 1_000_000);
            steps = List.copyOf(steps);
        }
    }

    /** Waits until so many peers wait at the barrier of this name, then all go on; gives up when the time is over. */
    record Barrier(String name, int peers, Duration timeout) implements Step {}

    /** Ends the connection. */
    record Disconnect(Ending ending) implements Step {}

    /** Connects again and takes the session up where it was; goes on when welcomed and back in its rooms. */
    record Resume() implements Step {}

    /** Stops reading for a time. */
    record Stall(Spread nanos) implements Step {}

    /** Reads no more than this from now on; 0 = as fast as it can. */
    record ReadSlowly(int bytesPerSecond) implements Step {}

    /** Does something that it should not. */
    record Misbehave(Misdeed misdeed) implements Step {}
}
