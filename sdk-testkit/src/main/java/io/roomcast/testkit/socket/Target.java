package io.roomcast.testkit.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;

/**
 * Where a server is. Immutable.
 *
 * @param url as it was given
 * @param address of the server
 * @param host as it stands in the {@code Host} header
 * @param path with its query, as it stands in the request line
 */
public record Target(String url, InetSocketAddress address, String host, String path) {

    private static final int HTTP_PORT = 80;
    private static final String DEFAULT_PATH = "/roomcast";

    /**
     * Reads a URL such as {@code ws://127.0.0.1:8080/roomcast} and asks for its address. Without a path it is {@code /roomcast}.
     *
     * @throws IllegalArgumentException if it is no such URL, or the host has no address
     */
    public static Target of(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the URL is " + url + ", expected ws://host:port/path", e);
        }
        if ("wss".equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException(
                    "the URL is " + url
                            + ", expected ws://: the load generator speaks no TLS; put it behind what ends TLS for you, or test without");
        }
        if (!"ws".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("the URL is " + url + ", expected ws://host:port/path");
        }
        int port = uri.getPort() == -1 ? HTTP_PORT : uri.getPort();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? DEFAULT_PATH : uri.getRawPath();
        if (uri.getRawQuery() != null) {
            path += "?" + uri.getRawQuery();
        }
        String host = uri.getHost();
        String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        try {
            return new Target(
                    url, new InetSocketAddress(InetAddress.getByName(literal), port), host + ":" + port, path);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("the host " + host + " of " + url + " has no address", e);
        }
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
