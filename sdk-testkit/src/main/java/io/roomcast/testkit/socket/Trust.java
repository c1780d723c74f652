package io.roomcast.testkit.socket;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Which certificates of servers are accepted behind {@code wss:}. For any thread.
 *
 * <p>Each connection makes a whole handshake of its own and resumes no other's TLS session: each is another user's.
 */
public final class Trust {

    private static final int PORTS = 0xffff;

    private final SSLContext context;
    private final boolean certificates;
    /** Sessions are kept by host and port. No two connections have the same port here, so that none is resumed. */
    private final AtomicInteger connections = new AtomicInteger();

    private Trust(SSLContext context, boolean certificates) {
        this.context = context;
        this.certificates = certificates;
    }

    /** Returns the JVM's own: what its trust store vouches for, {@code -Djavax.net.ssl.trustStore} if there is one. The certificate must name the host of the URL. */
    public static Trust ofJvm() {
        return OfJvm.TRUST;
    }

    /** Returns what this context trusts. The certificate must name the host of the URL. */
    public static Trust in(SSLContext context) {
        return new Trust(context, true);
    }

    /** Returns blind trust: any certificate is accepted, for any host. Whoever stands in between can read it all. For test servers. */
    public static Trust anyCertificate() {
        return new Trust(context(new TrustManager[] {new Anybody()}), false);
    }

    /** Returns whether certificates are looked at. */
    public boolean checksCertificates() {
        return certificates;
    }

    /** Returns the client's side of one connection. It says in the handshake for whom it asks (SNI, RFC 6066 section 3), and verifies who answers (RFC 2818 section 3.1). */
    SSLEngine engine(InetSocketAddress server) {
        SSLEngine engine = context.createSSLEngine(server.getHostString(), connections.getAndIncrement() & PORTS);
        engine.setUseClientMode(true);
        if (certificates) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }
        return engine;
    }

    private static SSLContext context(TrustManager @Nullable [] trusted) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trusted, null);
            context.getClientSessionContext().setSessionCacheSize(1);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "this JVM has no TLS, or its trust store cannot be read: look at -Djavax.net.ssl.trustStore and -Djavax.net.ssl.trustStorePassword",
                    e);
        }
    }

    /** The trust store is read when the first needs it. */
    private static final class OfJvm {
        static final Trust TRUST = new Trust(context(null), true);
    }

    /** Accepts everybody. */
    private static final class Anybody extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
