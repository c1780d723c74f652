package io.roomcast;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An event name and the bytes that go with it. Roomcast carries the bytes without looking at them; a {@link Codec} gives
 * them a type.
 *
 * <p>Immutable. An event name has 1 to 255 UTF-8 bytes. The payload is bounded by {@link Limits#maxMessageBytes()} where it
 * comes from a peer.
 */
public final class Message {

    /** The longest event name in UTF-8 bytes. */
    public static final int MAX_EVENT_BYTES = 255;

    private static final byte[] NOTHING = {};

    private final String event;
    private final byte[] payload;
    private final @Nullable String to;

    private Message(String event, byte[] payload, @Nullable String to) {
        this.event = event;
        this.payload = payload;
        this.to = to;
    }

    /** Returns a message without a payload. */
    public static Message of(String event) {
        return new Message(checked(event), NOTHING, null);
    }

    /** Returns a message with a copy of the bytes. */
    public static Message of(String event, byte[] payload) {
        return new Message(checked(event), payload.clone(), null);
    }

    /** Returns a message with a copy of the buffer's remaining bytes; the buffer's position does not move. */
    public static Message of(String event, ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(payload.position(), bytes);
        return new Message(checked(event), bytes, null);
    }

    /** Returns a message with the UTF-8 bytes of the text. */
    public static Message of(String event, String text) {
        return new Message(checked(event), text.getBytes(StandardCharsets.UTF_8), null);
    }

    /** Returns a message with the encoded value. */
    public static <T> Message of(String event, Codec<T> codec, T value) {
        return new Message(checked(event), codec.encode(value).clone(), null);
    }

    /** Returns the same message addressed to a peer, as a client would send it. See {@link #to()}. */
    public Message addressedTo(String peerId) {
        return new Message(event, payload, Objects.requireNonNull(peerId, "peerId"));
    }

    /** Returns the event name. */
    public String event() {
        return event;
    }

    /**
     * Returns the peer that the sender addressed, or empty. Roomcast does not act on it: the room handler decides, for
     * example with {@code room.broadcast(message).toPeers(message.to().get()).from(peer).send()}.
     */
    public Optional<String> to() {
        return Optional.ofNullable(to);
    }

    /** Returns the number of payload bytes. */
    public int size() {
        return payload.length;
    }

    /** Returns a read-only view of the payload. */
    public ByteBuffer payload() {
        return ByteBuffer.wrap(payload).asReadOnlyBuffer();
    }

    /** Returns a copy of the payload. */
    public byte[] bytes() {
        return payload.clone();
    }

    /** Copies the payload to {@code target[offset…offset + size())}. */
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(payload, 0, target, offset, payload.length);
    }

    /** Returns the payload read as UTF-8; malformed bytes become U+FFFD. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /**
     * Returns the payload as a value.
     *
     * @throws CodecException if the bytes are not what the codec expects
     */
    public <T> T decode(Codec<T> codec) {
        return codec.decode(payload());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Message that
                && event.equals(that.event)
                && Arrays.equals(payload, that.payload)
                && Objects.equals(to, that.to);
    }

    @Override
    public int hashCode() {
        return 31 * event.hashCode() + Arrays.hashCode(payload);
    }

    /** Returns the event and the size; never the payload, which may be private. */
    @Override
    public String toString() {
        return "Message[" + event + ", " + payload.length + " bytes" + (to == null ? "" : ", to " + to) + "]";
    }

    private static String checked(String event) {
        // A char is at most three bytes of UTF-8: most names need no counting.
        if (!event.isEmpty() && event.length() <= MAX_EVENT_BYTES / 3) {
            return event;
        }
        int bytes = event.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_EVENT_BYTES) {
            throw new IllegalArgumentException("event has " + bytes + " UTF-8 bytes, expected 1 to " + MAX_EVENT_BYTES);
        }
        return event;
    }
}
