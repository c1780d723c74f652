package io.roomcast.testkit.load;

import io.roomcast.testkit.scenario.Misdeed;
import io.roomcast.testkit.scenario.Subprotocol;
import io.roomcast.testkit.socket.ClientSocket;
import java.nio.charset.StandardCharsets;

/** What bad clients of one subprotocol send. */
enum BadFrames {
    PROTOBUF(false, 0x82, new byte[] {0x0a, 0x05, 0x00, (byte) 0xfa, 0x7f, 0x01, 0x00}, new byte[] {0x0a, 0x7f, 0x00}),
    JSON(true, 0x81, text("{\"nobodyKnows\":{}}"), text("{\"join\":"));

    private static final int OVERSIZED = 1 << 24;
    private static final int FLOOD = 20_000;

    private final boolean text;
    private final int firstByte;
    /** A frame of no known kind, which a server reads and ignores. */
    private final byte[] unknown;
    /** It ends before it says that it does. */
    private final byte[] cutOff;

    BadFrames(boolean text, int firstByte, byte[] unknown, byte[] cutOff) {
        this.text = text;
        this.firstByte = firstByte;
        this.unknown = unknown;
        this.cutOff = cutOff;
    }

    static BadFrames of(Subprotocol subprotocol) {
        return subprotocol == Subprotocol.JSON ? JSON : PROTOBUF;
    }

    private static byte[] text(String line) {
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    /** Sends what there is to send of a misdeed. */
    void send(Misdeed misdeed, ClientSocket socket) {
        switch (misdeed) {
            case MALFORMED -> socket.send(text, cutOff);
            case OVERSIZED -> oversized(socket);
            case UNMASKED -> socket.sendUnmasked(text, unknown);
            case WRONG_TYPE -> socket.send(!text, new byte[] {'{', '}'});
            // One message in frames of one byte, with a ping between two of them.
            case FRAGMENTED -> socket.sendFragmented(text, unknown, 1, true);
            case FLOOD -> {
                for (int i = 0; i < FLOOD; i++) {
                    socket.send(text, unknown);
                }
            }
            case PONG_SILENCE -> {
                // Its misdeed is that it sends nothing.
            }
        }
    }

    /** The header of a frame of 16 MiB; a server that reads more than that has not looked at it. */
    private void oversized(ClientSocket socket) {
        socket.write(new byte[] {
            (byte) firstByte,
            (byte) 0xff,
            0,
            0,
            0,
            0,
            (byte) (OVERSIZED >>> 24),
            (byte) (OVERSIZED >>> 16),
            0,
            0,
            1,
            2,
            3,
            4
        });
    }
}
