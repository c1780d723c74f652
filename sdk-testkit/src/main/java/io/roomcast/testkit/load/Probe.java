package io.roomcast.testkit.load;

import io.roomcast.testkit.scenario.Subprotocol;
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
    private final Subprotocol subprotocol;
    private @Nullable Ending ending;
    private String error = "";
    private int mostMessageBytes = -1;

    private Probe(Target target, Subprotocol subprotocol) {
        this.target = target;
        this.subprotocol = subprotocol;
    }

    /** Says hello and goodbye. */
    static Probe of(Target target, LoadSettings settings, Subprotocol subprotocol) {
        Probe probe = new Probe(target, subprotocol);
        try (SocketLoop loop = new SocketLoop(System::nanoTime, settings.process(), 0)) {
            SocketPeer peer = new SocketPeer(loop, probe);
            peer.speak(subprotocol);
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
        long written = subprotocol == Subprotocol.JSON ? (largestPayload + 2) / 3 * 4 : largestPayload;
        if (mostMessageBytes > 0 && written + HEADER > mostMessageBytes) {
            throw new IllegalArgumentException("the scenario sends payloads of up to " + largestPayload + " bytes, "
                    + (written > largestPayload ? written + " in JSON, " : "") + "and " + target.url()
                    + " takes messages of at most " + mostMessageBytes
                    + "; send less, or raise maxMessageBytes there");
        }
    }

    private String why() {
        Ending how = ending;
        if (how == null) {
            return "it does not answer";
        }
        if (how.kind() == Ending.Kind.REFUSED && how.code() == 400) {
            return "it does not know the subprotocol " + subprotocol.id()
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
