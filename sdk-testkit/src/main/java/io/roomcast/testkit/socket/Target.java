package io.roomcast.testkit.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is. Immutable.
 *
 * @param url as it was given
 * @param address of the server
 * @param host as it stands in the {@code Host} header
 * @param path with its query, as it stands in the request line
 * @param trust which certificates are accepted of it; null where it speaks no TLS
 */
public record Target(
        String url,
        InetSocketAddress address,
        String host,
        String path,
        @Nullable Trust trust) {

    private static final String EXPECTED = ", expected ws://host:port/path or wss://host:port/path";
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final String DEFAULT_PATH = "/roomcast";

    /**
     * Reads a URL such as {@code ws://127.0.0.1:8080/roomcast} or {@code wss://example.org/} and asks for its address. Without a path it is {@code /roomcast}. Behind {@code wss:} it trusts whom the JVM trusts.
     *
     * @throws IllegalArgumentException if it is no such URL, or the host has no address
     */
    public static Target of(String url) {
        return read(url, Trust::ofJvm);
    }

    /**
     * Reads a URL as {@link #of(String)} does.
     *
     * @param trust which certificates are accepted of it if it is one of {@code wss:}
     * @throws IllegalArgumentException if it is no such URL, or the host has no address
     */
    public static Target of(String url, Trust trust) {
        return read(url, () -> trust);
    }

    private static Target read(String url, Supplier<Trust> trust) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the URL is " + url + EXPECTED, e);
        }
        boolean tls = "wss".equalsIgnoreCase(uri.getScheme());
        if (!tls && !"ws".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("the URL is " + url + EXPECTED);
        }
        int port = uri.getPort() == -1 ? (tls ? HTTPS_PORT : HTTP_PORT) : uri.getPort();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? DEFAULT_PATH : uri.getRawPath();
        if (uri.getRawQuery() != null) {
            path += "?" + uri.getRawQuery();
        }
        String host = uri.getHost();
        String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        try {
            return new Target(
                    url,
                    new InetSocketAddress(InetAddress.getByName(literal), port),
                    host + ":" + port,
                    path,
                    tls ? trust.get() : null);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("the host " + host + " of " + url + " has no address", e);
        }
    }

    /** Returns what peers say in the {@code Origin} header. */
    public String origin() {
        return (trust == null ? "http://" : "https://") + host;
    }

    /** Returns whether the server is on this machine's loopback interface. */
    public boolean isLoopback() {
        return address.getAddress().isLoopbackAddress();
    }

    /** Returns whether source addresses can be spread: all of 127.0.0.0/8 is this machine. */
    boolean hasManySources() {
        byte[] bytes = address.getAddress().getAddress();
        return bytes.length == 4 && bytes[0] == 127;
    }
}
