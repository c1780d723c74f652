package io.roomcast.runtime.transport.websocket;

import io.roomcast.CloseCode;
import io.roomcast.runtime.environment.Clock;
import io.roomcast.runtime.environment.RateLimit;
import io.roomcast.runtime.transport.MessageType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Takes WebSocket frames apart, RFC 6455, as strictly as it is written. Fed with whatever pieces the network brings.
 *
 * <p>A message that lies in one piece and one frame is handed on where it lies, unmasked in place. Any other is collected; the
 * buffer for it grows with what has arrived, not with what a header announces, and never past
 * {@link ConnectionLimits#maxMessageBytes()}. Between messages nothing is kept.
 *
 * <p>Belongs to one thread. After a {@link FrameException} or a close frame it is not to be used any more.
 */
public final class FrameReader {

    private static final int FIN = 0x80;
    private static final int RSV = 0x70;
    private static final int MASK = 0x80;
    private static final int LENGTH = 0x7F;
    private static final int MAX_CONTROL_PAYLOAD = 125;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int MAX_HEADER = 14;
    private static final int LEAST_CAPACITY = 1024;
    private static final int NO_MESSAGE = -1;

    private final ConnectionLimits limits;
    private final Clock clock;
    private final boolean masked;
    /** What is left of the rate of control frames, see {@link RateLimit}. */
    private long controlFrames;

    /** A header of which a part has arrived. */
    private @Nullable ByteBuffer partialHeader;

    // The frame being read.
    private boolean inFrame;
    private boolean last;
    private int opcode;
    private int key;
    private int remaining;
    /** A control frame of which a part has arrived. */
    private @Nullable ByteBuffer partialControl;

    // The message being read, which control frames may interrupt.
    private int messageOpcode = NO_MESSAGE;
    private int fragments;
    private int announced;
    private int utf8;
    private @Nullable ByteBuffer collected;

    /** Returns a reader of what a client sends: every frame must be masked. */
    public static FrameReader ofClient(ConnectionLimits limits, Clock clock) {
        return new FrameReader(limits, clock, true);
    }

    /** Returns a reader of what a server sends: no frame may be masked. */
    public static FrameReader ofServer(ConnectionLimits limits, Clock clock) {
        return new FrameReader(limits, clock, false);
    }

    private FrameReader(ConnectionLimits limits, Clock clock, boolean masked) {
        this.limits = limits;
        this.clock = clock;
        this.masked = masked;
        this.controlFrames = limits.controlFrames().full(clock.nanos());
    }

    /**
     * Reads everything, unless the handler ends it.
     *
     * @param in its bytes are overwritten; its position tells how far reading came
     * @return whether to go on with what arrives next; false after a close frame or when the handler said so
     */
    public boolean read(ByteBuffer in, FrameHandler handler) throws FrameException {
        in.order(ByteOrder.BIG_ENDIAN);
        while (true) {
            if (!inFrame && !readHeader(in)) {
                return true;
            }
            int step = Math.min(remaining, in.remaining());
            if (step == 0 && remaining > 0) {
                return true;
            }
            int from = in.position();
            int to = from + step;
            if (masked) {
                Masking.apply(in, from, to, key);
                key = Masking.after(key, step);
            }
            in.position(to);
            remaining -= step;
            inFrame = remaining > 0;
            boolean goOn =
                    Opcode.isControl(opcode) ? readControl(in, from, to, handler) : readData(in, from, to, handler);
            if (!goOn) {
                return false;
            }
        }
    }

    /** Forgets what was collected of an unfinished message. */
    void release() {
        collected = null;
        partialControl = null;
        partialHeader = null;
    }

    private boolean readHeader(ByteBuffer in) throws FrameException {
        ByteBuffer partial = partialHeader;
        if (partial == null) {
            int start = in.position();
            int available = in.remaining();
            if (available >= 2) {
                checkStart(in.get(start), in.get(start + 1));
                int length = headerLength(in.get(start + 1));
                if (available >= length) {
                    in.position(start + length);
                    begin(in, start, length);
                    return true;
                }
            }
            if (available == 0) {
                return false;
            }
            partial = ByteBuffer.allocate(MAX_HEADER);
            partialHeader = partial;
        }
        while (in.hasRemaining()) {
            partial.put(in.get());
            int size = partial.position();
            if (size == 2) {
                checkStart(partial.get(0), partial.get(1));
            }
            if (size >= 2 && size == headerLength(partial.get(1))) {
                partialHeader = null;
                begin(partial, 0, size);
                return true;
            }
        }
        return false;
    }

    private int headerLength(byte second) {
        int length = second & LENGTH;
        int extended = length == LENGTH_64 ? Long.BYTES : length == LENGTH_16 ? Short.BYTES : 0;
        return 2 + extended + (masked ? Integer.BYTES : 0);
    }

    /** Checks what the first two bytes tell, so that nothing more is waited for when they are wrong. */
    private void checkStart(byte first, byte second) throws FrameException {
        if ((first & RSV) != 0) {
            throw violation("a reserved bit is set, and no extension was negotiated");
        }
        int type = first & 0xF;
        if (!Opcode.isKnown(type)) {
            throw violation("opcode " + type + " is reserved");
        }
        if ((second & MASK) != 0 != masked) {
            throw violation(masked ? "a frame is not masked" : "a frame is masked");
        }
        if (Opcode.isControl(type)) {
            if ((first & FIN) == 0) {
                throw violation("a control frame is fragmented");
            }
            if ((second & LENGTH) > MAX_CONTROL_PAYLOAD) {
                throw violation("a control frame is longer than 125 bytes");
            }
        } else if (type == Opcode.CONTINUATION) {
            if (messageOpcode == NO_MESSAGE) {
                throw violation("a continuation frame continues nothing");
            }
        } else if (messageOpcode != NO_MESSAGE) {
            throw violation("a new message begins inside a fragmented one");
        }
    }

    private boolean isWithinRate() {
        long before = controlFrames;
        controlFrames = limits.controlFrames().take(before, clock.nanos());
        return controlFrames != before;
    }

    private void begin(ByteBuffer header, int start, int length) throws FrameException {
        opcode = header.get(start) & 0xF;
        last = (header.get(start) & FIN) != 0;
        long size = payloadLength(header, start);
        key = masked ? header.getInt(start + length - Integer.BYTES) : 0;
        if (Opcode.isControl(opcode)) {
            if (opcode != Opcode.CLOSE && !isWithinRate()) {
                throw new FrameException(CloseCode.RATE_EXCEEDED, "too many pings and pongs in a second");
            }
        } else {
            if (opcode != Opcode.CONTINUATION) {
                messageOpcode = opcode;
                fragments = 0;
                announced = 0;
                utf8 = Utf8.COMPLETE;
            }
            if (size > limits.maxMessageBytes() - announced) {
                throw new FrameException(
                        CloseCode.MESSAGE_TOO_BIG, "a message is larger than " + limits.maxMessageBytes() + " bytes");
            }
            announced += (int) size;
            if (++fragments > limits.maxFragments()) {
                throw new FrameException(
                        CloseCode.MESSAGE_TOO_BIG, "a message has more than " + limits.maxFragments() + " fragments");
            }
        }
        remaining = (int) size;
        inFrame = true;
    }

    private static long payloadLength(ByteBuffer header, int start) throws FrameException {
        int length = header.get(start + 1) & LENGTH;
        if (length < LENGTH_16) {
            return length;
        }
        if (length == LENGTH_16) {
            int size = header.getShort(start + 2) & 0xFFFF;
            if (size < LENGTH_16) {
                throw violation("a length is not encoded in the shortest way");
            }
            return size;
        }
        long size = header.getLong(start + 2);
        if (size < 0) {
            throw violation("the highest bit of a length is set");
        }
        if (size <= 0xFFFF) {
            throw violation("a length is not encoded in the shortest way");
        }
        return size;
    }

    private boolean readData(ByteBuffer in, int from, int to, FrameHandler handler) throws FrameException {
        boolean complete = last && !inFrame;
        if (messageOpcode == Opcode.TEXT) {
            utf8 = Utf8.check(utf8, in, from, to);
            if (utf8 == Utf8.INVALID || (complete && utf8 != Utf8.COMPLETE)) {
                throw new FrameException(CloseCode.INVALID_PAYLOAD, "a text message is not UTF-8");
            }
        }
        if (!complete) {
            collect(in, from, to);
            return true;
        }
        int type = messageOpcode;
        messageOpcode = NO_MESSAGE;
        if (collected == null) {
            return deliver(type, in, from, to, handler);
        }
        ByteBuffer message = collect(in, from, to);
        collected = null;
        return deliver(type, message, 0, message.position(), handler);
    }

    private ByteBuffer collect(ByteBuffer in, int from, int to) {
        int step = to - from;
        ByteBuffer buffer = collected;
        if (buffer == null || buffer.remaining() < step) {
            int used = buffer == null ? 0 : buffer.position();
            long roomy = Math.max(LEAST_CAPACITY, 2L * (used + step));
            ByteBuffer larger = ByteBuffer.allocate((int) Math.min(roomy, last ? announced : limits.maxMessageBytes()));
            if (buffer != null) {
                larger.put(buffer.flip());
            }
            collected = buffer = larger;
        }
        buffer.put(buffer.position(), in, from, step);
        return buffer.position(buffer.position() + step);
    }

    private boolean readControl(ByteBuffer in, int from, int to, FrameHandler handler) throws FrameException {
        ByteBuffer partial = partialControl;
        if (!inFrame && partial == null) {
            return control(in, from, to, handler);
        }
        if (partial == null) {
            partialControl = partial = ByteBuffer.allocate(MAX_CONTROL_PAYLOAD);
        }
        partial.put(partial.position(), in, from, to - from).position(partial.position() + to - from);
        if (inFrame) {
            return true;
        }
        partialControl = null;
        return control(partial, 0, partial.position(), handler);
    }

    private boolean control(ByteBuffer in, int from, int to, FrameHandler handler) throws FrameException {
        if (opcode != Opcode.CLOSE) {
            return deliver(opcode, in, from, to, handler);
        }
        readClose(in, from, to, handler);
        return false;
    }

    /** Lends the handler a part of the buffer, and puts the buffer right again whatever the handler did to it. */
    private static boolean deliver(int type, ByteBuffer in, int from, int to, FrameHandler handler) {
        int position = in.position();
        int limit = in.limit();
        in.limit(to).position(from);
        try {
            return switch (type) {
                case Opcode.TEXT -> handler.onMessage(MessageType.TEXT, in);
                case Opcode.BINARY -> handler.onMessage(MessageType.BINARY, in);
                case Opcode.PING -> handler.onPing(in);
                default -> handler.onPong(in);
            };
        } finally {
            in.limit(limit).position(position).order(ByteOrder.BIG_ENDIAN);
        }
    }

    private static void readClose(ByteBuffer in, int from, int to, FrameHandler handler) throws FrameException {
        if (from == to) {
            handler.onClose(CloseCode.NO_STATUS, "");
            return;
        }
        if (to - from == 1) {
            throw violation("a close frame has half a code");
        }
        int code = in.getShort(from) & 0xFFFF;
        if (!CloseFrame.isSendable(code)) {
            throw violation("close code " + code + " must not be sent");
        }
        if (Utf8.check(Utf8.COMPLETE, in, from + 2, to) != Utf8.COMPLETE) {
            throw new FrameException(CloseCode.INVALID_PAYLOAD, "a close reason is not UTF-8");
        }
        byte[] reason = new byte[to - from - 2];
        in.get(from + 2, reason);
        handler.onClose(code, new String(reason, StandardCharsets.UTF_8));
    }

    private static FrameException violation(String what) {
        return new FrameException(CloseCode.PROTOCOL_ERROR, what);
    }
}
