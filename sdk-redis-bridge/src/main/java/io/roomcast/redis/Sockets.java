package io.roomcast.redis;

import java.io.IOException;
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

/** Opens sockets to one server, with TLS if asked for; then the host's name must be in its certificate (RFC 2818). */
final class Sockets implements JedisSocketFactory {

    private final HostAndPort server;
    private final boolean secure;
    private final @Nullable SSLContext tls;
    private final int connectMillis;
    private final int silenceMillis;

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
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), connectMillis);
            socket.setSoTimeout(silenceMillis);
            return secure ? secured(socket) : socket;
        } catch (IOException | NoSuchAlgorithmException failure) {
            close(socket);
            throw new JedisConnectionException("no connection: " + failure.getMessage(), failure);
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
