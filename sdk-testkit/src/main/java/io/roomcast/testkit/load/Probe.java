package io.roomcast.testkit.load;

import io.roomcast.testkit.socket.Ending;
import io.roomcast.testkit.socket.SocketLoop;
import io.roomcast.testkit.socket.SocketPeer;
import io.roomcast.testkit.socket.Target;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One client that says hello before a run, so that what is wrong with a server is said before a thousand fail at it. */
final class Probe implements SocketPeer.Listener {

    /** What a frame may have besides its payload: names of room, event and addressee. */
    private static final int HEADER = 600;

    private final Target target;
    private @Nullable Ending ending;
    private String error = "";
    private int mostMessageBytes = -1;

    private Probe(Target target) {
        this.target = target;
    }

    /** Says hello and goodbye. */
    static Probe of(Target target, LoadSettings settings) {
        Probe probe = new Probe(target);
        try (SocketLoop loop = new SocketLoop(System::nanoTime, settings.process(), 0)) {
            SocketPeer peer = new SocketPeer(loop, probe);
            peer.connect(target, settings.token(), 0);
            loop.runUntil(
                    () -> probe.ending != null,
                    loop.nanos() + settings.connectTimeout().toNanos());
        }
        return probe;
    }

    /**
     * Says what is wrong.
     *
     * @throws IllegalArgumentException if something is
     */
    void check(long largestPayload) {
        if (mostMessageBytes < 0) {
            throw new IllegalArgumentException("no peer is welcomed at " + target.url() + ": " + why());
        }
        if (mostMessageBytes > 0 && largestPayload + HEADER > mostMessageBytes) {
            throw new IllegalArgumentException("the scenario sends payloads of up to " + largestPayload + " bytes, and "
                    + target.url() + " takes messages of at most " + mostMessageBytes
                    + "; send less, or raise maxMessageBytes there");
        }
    }

    private String why() {
        Ending how = ending;
        if (how == null) {
            return "it does not answer";
        }
        if (how.kind() == Ending.Kind.REFUSED && how.code() == 400) {
            return "it does not know the subprotocol " + SocketPeer.SUBPROTOCOL
                    + "; it speaks another version, or is no Roomcast server";
        }
        if (how.kind() == Ending.Kind.REFUSED && how.code() == 403) {
            return "it does not let the origin http://" + target.host()
                    + " in; allow it there with allowOrigins, or requireOrigin(false)";
        }
        if (how.kind() == Ending.Kind.REFUSED && how.code() == 404) {
            return "its endpoint has another path than " + target.path() + "; expected ws://host:port/path";
        }
        if (how.kind() == Ending.Kind.UNREACHABLE) {
            return how.reason() + "; is the server running, and is the port right?";
        }
        return how + (error.isEmpty() ? "" : ", " + error);
    }

    @Override
    public void onWelcome(SocketPeer peer, boolean resumed) {
        mostMessageBytes = peer.mostMessageBytes();
        peer.close();
    }

    @Override
    public void onError(SocketPeer peer, int code, String text, int ref, String room) {
        error = "error " + code + ": " + text;
    }

    @Override
    public void onEnded(SocketPeer peer, boolean wasWelcomed, Ending how) {
        ending = how;
    }

    @Override
    public void onJoined(SocketPeer peer, String room, int ref) {}

    @Override
    public void onLeft(SocketPeer peer, String room, int ref) {}

    @Override
    public void onMessage(SocketPeer peer, String room, String event, ByteBuffer payload) {}

    @Override
    public void onReply(SocketPeer peer, int request, int code, ByteBuffer payload) {}

    @Override
    public void onGap(SocketPeer peer, String room, long missed) {}

    @Override
    public void onGoAway(SocketPeer peer, int reconnectAfterMillis) {}
}
