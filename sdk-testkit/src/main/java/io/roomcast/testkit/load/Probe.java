package io.roomcast.testkit.load;

import io.roomcast.CloseCode;
import io.roomcast.testkit.scenario.Subprotocol;
import io.roomcast.testkit.socket.ClientSocket;
import io.roomcast.testkit.socket.Ending;
import io.roomcast.testkit.socket.SocketLoop;
import io.roomcast.testkit.socket.SocketPeer;
import io.roomcast.testkit.socket.Target;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One client that says hello before a run, so that what is wrong with a server is said before a thousand fail at it. */
final class Probe implements SocketPeer.Listener {

    /** What a frame may have besides its payload: names of room, event and addressee. */
    private static final int HEADER = 600;
    /** Whoever says nothing for so long will not say more in a minute. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String TLS = "use wss:// instead of ws://";
    private static final String ANOTHER =
            "it is no Roomcast server, or one of another version: check host, port and path";
    private static final String NO_WEB_SOCKET =
            "it is no Roomcast server, or one that expects TLS, which is wss://: check host and port";

    private final Target target;
    private final Subprotocol subprotocol;
    private final Duration patience;
    private @Nullable Ending ending;
    private String error = "";
    private int mostMessageBytes = -1;
    private boolean opened;

    private Probe(Target target, Subprotocol subprotocol, Duration patience) {
        this.target = target;
        this.patience = patience;
        this.subprotocol = subprotocol;
    }

    /** Says hello and goodbye. */
    static Probe of(Target target, LoadSettings settings, Subprotocol subprotocol) {
        Probe probe = new Probe(target, subprotocol, patience(settings));
        try (SocketLoop loop = new SocketLoop(System::nanoTime, settings.process(), 0)) {
            SocketPeer peer = new SocketPeer(loop, probe);
            peer.speak(subprotocol);
            peer.connect(target, settings.token(), 0);
            loop.runUntil(() -> probe.ending != null, loop.nanos() + probe.patience.toNanos());
            ClientSocket socket = peer.socket();
            probe.opened = socket != null && socket.isOpen();
        }
        return probe;
    }

    private static Duration patience(LoadSettings settings) {
        return settings.connectTimeout().compareTo(PATIENCE) < 0 ? settings.connectTimeout() : PATIENCE;
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
        if (how == null || how.kind() == Ending.Kind.OURS) {
            // It was cut when the time was over.
            return opened
                    ? "it opens the WebSocket and says no welcome within " + patience.toMillis() + " ms; " + ANOTHER
                    : "it answers nothing within " + patience.toMillis() + " ms; " + NO_WEB_SOCKET;
        }
        return switch (how.kind()) {
            case UNREACHABLE, OURS -> how.reason() + "; is the server running, and is the port right?";
            case REFUSED -> refused(how);
            case FOREIGN -> how.reason() + "; " + (how.reason().contains("TLS") ? TLS : ANOTHER);
            // What fails behind wss: says itself what to change.
            case BROKEN -> target.trust() == null ? how.reason() + "; " + NO_WEB_SOCKET : how.reason();
            case VIOLATED -> how + "; " + ANOTHER;
            case CLOSED ->
                how
                        + (error.isEmpty() ? "" : ", " + error)
                        + (how.code() == CloseCode.UNAUTHENTICATED
                                ? "; say with --token, or LoadSettings.withToken, what its authenticator expects"
                                : "");
        };
    }

    private String refused(Ending how) {
        return switch (how.code()) {
            case 400 ->
                "it does not know the subprotocol " + subprotocol.id()
                        + "; it speaks another version, for which its own version of roomcast-load is there, or is no Roomcast server";
            case 301, 302, 303, 307, 308 ->
                "it redirects to " + how.reason() + "; give that address as a ws: or wss: URL";
            case 401, 407 ->
                how
                        + "; what stands in front of it asks for a password, which the load generator has not: reach the server behind it";
            case 403 ->
                "it does not let the origin " + target.origin()
                        + " in; allow it there with allowOrigins, or requireOrigin(false)";
            case 404 -> "its endpoint has another path than " + target.path() + "; expected ws://host:port/path";
            case 426 ->
                how
                        + "; it does not take this upgrade: a proxy in between may not pass Upgrade on, or it knows another WebSocket version than 13";
            case 429 -> how + "; it has too many connections from here: raise maxConnectionsPerAddress there";
            case 503 -> how + "; it is full or stopping: raise maxConnections there, or wait";
            default ->
                how
                        + (how.code() < 500
                                ? "; this is no WebSocket endpoint, or a proxy in between does not pass Upgrade on: check host, port and path"
                                : "; what stands in front of the server does not reach it");
        };
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
