package io.roomcast.testkit.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** What the kernel has not taken of a socket. Without a bound: whoever sends to a server that does not read sees it. Belongs to the socket's thread. */
final class Backlog {

    /** A channel copies all that it is given, whatever the kernel takes of it. */
    private static final int MOST_AT_ONCE = 64 * 1024;

    private byte[] bytes = {};
    private int from;
    private int to;

    int size() {
        return to - from;
    }

    /** Makes room behind what there is. The caller fills it. */
    ByteBuffer reserve(int length) {
        if (length > bytes.length - to) {
            byte[] larger = new byte[Math.max(2 * size(), size() + length)];
            System.arraycopy(bytes, from, larger, 0, size());
            bytes = larger;
            to -= from;
            from = 0;
        }
        ByteBuffer room = ByteBuffer.wrap(bytes, to, length);
        to += length;
        return room;
    }

    /** Writes as much as is taken. @return whether nothing is left */
    boolean writeTo(WritableByteChannel channel) throws IOException {
        while (size() > 0) {
            int most = Math.min(MOST_AT_ONCE, size());
            int taken = channel.write(ByteBuffer.wrap(bytes, from, most));
            from += taken;
            if (taken < most) {
                return false;
            }
        }
        return true;
    }
}
