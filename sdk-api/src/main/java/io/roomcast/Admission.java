package io.roomcast;

import org.jspecify.annotations.Nullable;

/** A room handler's answer to a peer that wants to join: come in, with a snapshot perhaps, or not. */
public final class Admission {

    private static final byte[] NOTHING = {};
    private static final Admission ACCEPTED = new Admission(null, NOTHING);

    private final @Nullable Refusal refusal;
    private final byte[] snapshot;

    private Admission(@Nullable Refusal refusal, byte[] snapshot) {
        this.refusal = refusal;
        this.snapshot = snapshot;
    }

    /** Lets the peer in. */
    public static Admission accept() {
        return ACCEPTED;
    }

    /**
     * Lets the peer in and tells it these bytes in the {@code joined} reply.
     *
     * @param snapshot not copied; the caller does not change it any more
     */
    public static Admission accept(byte[] snapshot) {
        return new Admission(null, snapshot);
    }

    /** Lets the peer in and tells it this value in the {@code joined} reply. */
    public static <T> Admission accept(Codec<T> codec, T snapshot) {
        return new Admission(null, codec.encode(snapshot));
    }

    /** Refuses the peer with {@link ErrorCode#JOIN_REFUSED}. */
    public static Admission refuse(String reason) {
        return refuse(ErrorCode.JOIN_REFUSED, reason);
    }

    /**
     * Refuses the peer with a code of the application's own.
     *
     * @param code 1000 to 1999, or {@link ErrorCode#JOIN_REFUSED}
     */
    public static Admission refuse(int code, String reason) {
        if (code != ErrorCode.JOIN_REFUSED
                && (code < ErrorCode.FIRST_APPLICATION_CODE || code > ErrorCode.LAST_APPLICATION_CODE)) {
            throw new IllegalArgumentException("code is " + code + ", expected " + ErrorCode.FIRST_APPLICATION_CODE
                    + " to " + ErrorCode.LAST_APPLICATION_CODE + " or ErrorCode.JOIN_REFUSED");
        }
        return new Admission(new Refusal(code, reason), NOTHING);
    }

    /** Returns the refusal; {@code null} when accepted. */
    public @Nullable Refusal refusal() {
        return refusal;
    }

    /** Returns the snapshot; empty when there is none. Not a copy. */
    public byte[] snapshot() {
        return snapshot;
    }
}
