package io.roomcast.testkit.load;

import io.roomcast.testkit.socket.ClientSocket;

/** What bad clients send. */
final class BadFrames {

    /** A batch of one frame of no known kind, which a server reads and ignores. */
    private static final byte[] UNKNOWN_FRAME = {0x0a, 0x05, 0x00, (byte) 0xfa, 0x7f, 0x01, 0x00};

    private static final int OVERSIZED = 1 << 24;
    private static final int FLOOD = 20_000;

    private BadFrames() {}

    /** A length that runs over the end of the message. */
    static void malformed(ClientSocket socket) {
        socket.send(false, new byte[] {0x0a, 0x7f, 0x00});
    }

    /** The header of a frame of 16 MiB; a server that reads more than that has not looked at it. */
    static void oversized(ClientSocket socket) {
        socket.write(new byte[] {
            (byte) 0x82, (byte) 0xff, 0, 0, 0, 0, (byte) (OVERSIZED >>> 24), (byte) (OVERSIZED >>> 16), 0, 0, 1, 2, 3, 4
        });
    }

    static void unmasked(ClientSocket socket) {
        socket.sendUnmasked(false, UNKNOWN_FRAME);
    }

    static void wrongType(ClientSocket socket) {
        socket.send(true, new byte[] {'{', '}'});
    }

    /** One message in frames of one byte, with a ping between two of them. */
    static void fragmented(ClientSocket socket) {
        socket.sendFragmented(false, UNKNOWN_FRAME, 1, true);
    }

    static void flood(ClientSocket socket) {
        for (int i = 0; i < FLOOD; i++) {
            socket.send(false, UNKNOWN_FRAME);
        }
    }
}
