package io.roomcast.runtime.transport.websocket;

import io.roomcast.CloseCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a close frame says, RFC 6455 sections 5.5.1 and 7.4. */
record CloseFrame(int code, String reason) {

    private static final int MAX_REASON_BYTES = 123;
    private static final int RESERVED = 1004;
    private static final int FIRST_OF_LIBRARIES = 3000;
    private static final int LAST_OF_PROTOCOL = 1014;
    private static final int LAST = 4999;

    /** Returns whether a close frame may carry the code. */
    static boolean isSendable(int code) {
        if (code >= FIRST_OF_LIBRARIES) {
            return code <= LAST;
        }
        return code >= CloseCode.NORMAL
                && code <= LAST_OF_PROTOCOL
                && code != RESERVED
                && code != CloseCode.NO_STATUS
                && code != CloseCode.ABNORMAL;
    }

    /** Puts the frame as a server sends it; without a payload when the code is 1005. */
    void putTo(ByteBuffer target) {
        if (code == CloseCode.NO_STATUS) {
            FrameWriter.putHeader(target, true, Opcode.CLOSE, 0);
            return;
        }
        byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        int length = fitting(bytes);
        FrameWriter.putHeader(target, true, Opcode.CLOSE, Short.BYTES + length);
        target.putShort((short) code).put(bytes, 0, length);
    }

    /** Returns how much of the reason fits, cut where a character begins. */
    private static int fitting(byte[] bytes) {
        if (bytes.length <= MAX_REASON_BYTES) {
            return bytes.length;
        }
        int length = MAX_REASON_BYTES;
        while ((bytes[length] & 0xC0) == 0x80) {
            length--;
        }
        return length;
    }
}
