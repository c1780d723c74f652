package io.roomcast.runtime.outbound.policy;

import io.roomcast.runtime.transport.Chunk;

/** A message in the encoding of one peer, shared by all peers of that encoding. Immutable to those who use it. */
public interface Value {

    /** Returns the encoded message. */
    Chunk chunk();

    /** Returns about how many bytes holding it costs. */
    int size();

    /** Returns what this older and a newer value of the same lane are together. Only under a policy that merges. Never throws. */
    Value mergedWith(Value newer);

    /** Returns the value of a message that is not merged. */
    static Value of(Chunk chunk) {
        return new Encoded(chunk);
    }

    /** A message as it is. */
    record Encoded(Chunk chunk) implements Value {

        @Override
        public int size() {
            return chunk.size();
        }

        @Override
        public Value mergedWith(Value newer) {
            return newer;
        }
    }
}
