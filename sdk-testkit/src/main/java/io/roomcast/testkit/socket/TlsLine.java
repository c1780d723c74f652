package io.roomcast.testkit.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import tlschannel.ClientTlsChannel;
import tlschannel.NeedsReadException;
import tlschannel.NeedsWriteException;
import tlschannel.TlsChannel;

/**
 * TLS on a socket that does not block. Shakes hands when it is first written to, and takes nothing before that is done. Keeps what is encrypted and the kernel has not taken: less than two records of 16 KiB, in buffers that are let go of when they are
 * empty. Belongs to the socket's thread, which does the arithmetic too.
 */
final class TlsLine implements ByteChannel {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TlsChannel channel;
    private boolean shaken;
    private boolean blocked;
    private boolean more;

    TlsLine(SocketChannel socket, SSLEngine engine) {
        this.channel = ClientTlsChannel.newBuilder(socket, engine)
                .withSessionInitCallback(session -> shaken = true)
                .build();
    }

    /** Returns whether hands have been shaken. */
    boolean isShaken() {
        return shaken;
    }

    /** Returns whether it has something for which the kernel had no room. */
    boolean isBlocked() {
        return blocked;
    }

    /** Returns whether there may be more to read although the kernel has nothing: the last read filled its buffer. */
    boolean hasMore() {
        return more;
    }

    /** Fills a buffer as far as there is something. @return how much there was; -1 at the end, announced or not */
    @Override
    public int read(ByteBuffer to) throws IOException {
        int start = to.position();
        more = false;
        try {
            while (to.hasRemaining()) {
                if (channel.read(to) < 0) {
                    more = to.position() > start;
                    return more ? to.position() - start : -1;
                }
            }
            more = true;
        } catch (NeedsReadException e) {
            // That was all.
        } catch (NeedsWriteException e) {
            blocked = true;
        }
        return to.position() - start;
    }

    /** Takes what it can. @return how much that was */
    @Override
    public int write(ByteBuffer from) throws IOException {
        int start = from.position();
        blocked = false;
        try {
            channel.write(from);
        } catch (NeedsReadException e) {
            // The handshake waits for the server.
        } catch (NeedsWriteException e) {
            blocked = true;
        }
        return from.position() - start;
    }

    /** Writes what the kernel had no room for. */
    void flush() throws IOException {
        if (blocked) {
            write(NOTHING.duplicate());
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    /** Says that it ends (RFC 8446 section 6.1), if the kernel takes that at once, and ends. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
