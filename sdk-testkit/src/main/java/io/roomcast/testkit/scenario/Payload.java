package io.roomcast.testkit.scenario;

import io.roomcast.testkit.program.Stamp;

/**
 * What a message carries. In front is always a {@link Stamp}, by which the receiver knows the message; sizes count it
 * in.
 */
public sealed interface Payload {

    /** Returns the least size in bytes. */
    long least();

    /** Returns the greatest size in bytes. */
    long most();

    /** The stamp alone: {@value Stamp#BYTES} bytes. */
    static Payload smallest() {
        return bytes(Stamp.BYTES);
    }

    /** Always of one size. */
    static Payload bytes(int size) {
        return sized(new Spread.Constant(size));
    }

    /** Between two sizes, each as likely as any other. */
    static Payload between(int least, int most) {
        return sized(new Spread.Uniform(least, most));
    }

    /** As sizes of what people write are: half of them below the median, a few far above. */
    static Payload logNormal(int median, double sigma, int most) {
        return sized(new Spread.LogNormal(median, sigma, Stamp.BYTES, most));
    }

    /** Of a size that is drawn, in bytes. */
    static Payload sized(Spread size) {
        return new Filled(size);
    }

    /** The stamp and these bytes behind it, such as a recorded message. */
    static Payload of(byte[] content) {
        return new Recorded(content);
    }

    /** Filled up to a size that is drawn. */
    record Filled(Spread size) implements Payload {

        public Filled {
            if (size.least() < Stamp.BYTES) {
                throw new IllegalArgumentException("a payload may have " + size.least() + " bytes, expected at least "
                        + Stamp.BYTES + ": its stamp needs them");
            }
            if (size.most() > 1 << 24) {
                throw new IllegalArgumentException(
                        "a payload may have " + size.most() + " bytes, expected at most " + (1 << 24));
            }
        }

        @Override
        public long least() {
            return size.least();
        }

        @Override
        public long most() {
            return size.most();
        }
    }

    /** Recorded bytes behind the stamp. */
    @SuppressWarnings("ArrayRecordComponent") // held to be copied out of, never handed out
    record Recorded(byte[] content) implements Payload {

        public Recorded {
            content = content.clone();
        }

        @Override
        public long least() {
            return Stamp.BYTES + content.length;
        }

        @Override
        public long most() {
            return least();
        }

        /** Returns a copy. */
        @Override
        public byte[] content() {
            return content.clone();
        }
    }
}
