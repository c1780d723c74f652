package io.roomcast.redis;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Opens the socket of one connection, with TLS if asked for; then the host's name must be in its certificate (RFC 2818). For
 * the thread that opens the connection, but for {@link #close}.
 */
final class Sockets implements JedisSocketFactory {

    private final HostAndPort server;
    private final boolean secure;
    private final @Nullable SSLContext tls;
    private final int connectMillis;
    private final int silenceMillis;
    private @Nullable Socket opened;
    /** What TLS goes over, or {@link #opened} itself. */
    private volatile @Nullable Socket bare;

    Sockets(HostAndPort server, Settings settings, int silenceMillis) {
        this.server = server;
        this.secure = settings.address().tls();
        this.tls = settings.tls();
        this.connectMillis = (int) settings.connectTimeout().toMillis();
        this.silenceMillis = silenceMillis;
    }

    @Override
    public Socket createSocket() {
        Socket socket = new Socket();
        bare = socket;
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), connectMillis);
            socket.setSoTimeout(silenceMillis);
            Socket ready = secure ? secured(socket) : socket;
            opened = ready;
            return ready;
        } catch (IOException | NoSuchAlgorithmException failure) {
            close(socket);
            throw new JedisConnectionException("no connection: " + failure.getMessage(), failure);
        }
    }

    /** Returns where to write past Jedis, which writes 8 KiB at a time. */
    OutputStream output() throws IOException {
        Socket socket = opened;
        if (socket == null) {
            throw new IOException("not connected");
        }
        return socket.getOutputStream();
    }

    /** Ends the connection without a word, which never waits: TLS says goodbye, and waits for who writes. From any thread. */
    void close() {
        Socket socket = bare;
        if (socket != null) {
            close(socket);
        }
    }

    private Socket secured(Socket socket) throws IOException, NoSuchAlgorithmException {
        SSLContext context = tls == null ? SSLContext.getDefault() : tls;
        SSLSocket secured =
                (SSLSocket) context.getSocketFactory().createSocket(socket, server.getHost(), server.getPort(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // It is what was wanted.
            return;
        }
    }
}
