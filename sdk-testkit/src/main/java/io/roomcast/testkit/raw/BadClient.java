package io.roomcast.testkit.raw;

import io.roomcast.CloseCode;
import io.roomcast.ErrorCode;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * Clients that break the rules, each in one way. {@link #runAgainst} does the wrong once and fails if the server does not answer it as
 * {@code docs/protocol.md} says. Made for parameterized tests of an application's own server: run each, then see that the good peers
 * noticed nothing and that nothing is left.
 *
 * <p>The answers are those of a server with Roomcast's default limits at {@link RawPeer#PATH}. Wrongs that take time, such as silence to
 * pings, are for {@link io.roomcast.testkit.TestPeer#stall()} under virtual time.
 */
public enum BadClient {

    /** Its process is killed: no close frame. */
    ABRUPT_CLOSE(peer -> {
        welcomed(peer);
        peer.cut();
    }),
    /** Its machine resets the connection. */
    RESET(peer -> {
        welcomed(peer);
        peer.reset();
    }),
    /** It ends in the middle of a frame. */
    HALF_A_FRAME(peer -> {
        welcomed(peer);
        byte[] frame = RawPeer.frame(true, RawFrame.TEXT, new byte[300]);
        peer.send(java.util.Arrays.copyOf(frame, 100));
        peer.cut();
    }),
    /** It closes its half and goes on reading. */
    HALF_OPEN(peer -> {
        welcomed(peer);
        peer.halfClose();
        peer.expectEnd();
    }),
    /** It asks for answers and does not read them. */
    STALLED_READER(peer -> {
        welcomed(peer);
        for (int i = 0; i < 150; i++) {
            peer.sendText("{\"ping\":{\"ref\":" + (i + 1) + "}}");
        }
        peer.reset();
    }),
    /** What it sends is not JSON. */
    MALFORMED(peer -> {
        welcomed(peer);
        peer.sendText("{\"message\":");
        peer.expectText("\"code\":" + ErrorCode.BAD_FRAME);
        peer.expectClose(CloseCode.BAD_FRAME);
    }),
    /** It sends binary messages under the JSON subprotocol. */
    WRONG_TYPE(peer -> {
        welcomed(peer);
        peer.sendBinary(new byte[] {1, 2, 3});
        peer.expectClose(CloseCode.UNSUPPORTED_DATA);
    }),
    /** It announces a message of two gigabytes. */
    OVERSIZED(peer -> {
        welcomed(peer);
        peer.announce(2L << 30);
        peer.expectClose(CloseCode.MESSAGE_TOO_BIG);
    }),
    /** Its frames are not masked. */
    UNMASKED(peer -> {
        welcomed(peer);
        peer.sendUnmasked("{\"ping\":{}}");
        peer.expectClose(CloseCode.PROTOCOL_ERROR);
    }),
    /** It uses an opcode that means nothing. */
    RESERVED_OPCODE(peer -> {
        welcomed(peer);
        peer.sendFrame(true, 0xB, new byte[0]);
        peer.expectClose(CloseCode.PROTOCOL_ERROR);
    }),
    /** It sends a ping in fragments. */
    FRAGMENTED_PING(peer -> {
        welcomed(peer);
        peer.sendFrame(false, RawFrame.PING, new byte[0]);
        peer.expectClose(CloseCode.PROTOCOL_ERROR);
    }),
    /** It continues a message that it did not begin. */
    STRAY_CONTINUATION(peer -> {
        welcomed(peer);
        peer.sendFrame(true, RawFrame.CONTINUATION, new byte[0]);
        peer.expectClose(CloseCode.PROTOCOL_ERROR);
    }),
    /** Its text is not UTF-8. */
    BAD_UTF_8(peer -> {
        welcomed(peer);
        peer.sendFrame(true, RawFrame.TEXT, new byte[] {(byte) 0xC3, 0x28});
        peer.expectClose(CloseCode.INVALID_PAYLOAD);
    }),
    /** It sends pings without end. */
    FLOOD(peer -> {
        welcomed(peer);
        byte[] ping = RawPeer.frame(true, RawFrame.PING, new byte[0]);
        byte[] many = new byte[ping.length * 1_000];
        for (int i = 0; i < 1_000; i++) {
            System.arraycopy(ping, 0, many, i * ping.length, ping.length);
        }
        peer.send(many);
        peer.expectClose(CloseCode.RATE_EXCEEDED);
    }),
    /** It does not say hello first. */
    NO_HELLO(peer -> {
        peer.sendText("{\"ping\":{}}");
        peer.expectText("\"code\":" + ErrorCode.HELLO_EXPECTED);
        peer.expectClose(CloseCode.HELLO_EXPECTED);
    }),
    /** It says hello twice. */
    TWO_HELLOS(peer -> {
        welcomed(peer);
        peer.sendText("{\"hello\":{}}");
        peer.expectClose(CloseCode.HELLO_EXPECTED);
    });

    private final Consumer<RawPeer> wrong;

    BadClient(Consumer<RawPeer> wrong) {
        this.wrong = wrong;
    }

    /**
     * Does it once.
     *
     * @param address where a node listens, as {@link io.roomcast.Roomcast#addresses()} says
     */
    public void runAgainst(InetSocketAddress address) {
        try (RawPeer peer = RawPeer.open(address)) {
            wrong.accept(peer);
        } catch (UncheckedIOException broken) {
            throw new AssertionError(
                    this + " expected the server to hear it to its end: " + broken.getMessage(), broken);
        } catch (AssertionError failed) {
            throw new AssertionError(this + ": " + failed.getMessage(), failed);
        }
    }

    private static void welcomed(RawPeer peer) {
        peer.sendText("{\"hello\":{\"agent\":\"bad-client\"}}");
        peer.expectText("\"welcome\"");
    }
}
