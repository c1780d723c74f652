package io.roomcast.redis;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * What a URI says about where Redis is.
 *
 * @param servers the server, the Sentinels, or some nodes of the Cluster
 * @param user null = Redis's default user
 * @param master what the Sentinels call the master; null without Sentinel
 */
record RedisAddress(
        Topology topology,
        boolean tls,
        List<HostAndPort> servers,
        @Nullable String user,
        @Nullable String password,
        int database,
        @Nullable String master) {

    enum Topology {
        STANDALONE,
        SENTINEL,
        CLUSTER
    }

    static final String FORMS = "redis://[user:password@]host[:6379][/database],"
            + " redis-sentinel://[user:password@]host[:26379],…[/database]#master or"
            + " redis-cluster://[user:password@]host[:6379],…, each also as rediss… for TLS";

    /**
     * Reads a URI.
     *
     * @throws IllegalArgumentException saying what is wrong with it, without the password
     */
    static RedisAddress parse(String uri) {
        Reader reader = new Reader(uri);
        return reader.read();
    }

    /** Names the servers and nothing secret. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (HostAndPort server : servers) {
            text.append(text.isEmpty() ? "" : ",")
                    .append(server.getHost())
                    .append(':')
                    .append(server.getPort());
        }
        return master == null ? text.toString() : text + "#" + master;
    }

    private static final class Reader {

        private final String uri;

        Reader(String uri) {
            this.uri = uri;
        }

        RedisAddress read() {
            int colon = uri.indexOf("://");
            if (colon < 0) {
                throw wrong("has no scheme");
            }
            String scheme = uri.substring(0, colon);
            Topology topology = switch (scheme) {
                case "redis", "rediss" -> Topology.STANDALONE;
                case "redis-sentinel", "rediss-sentinel" -> Topology.SENTINEL;
                case "redis-cluster", "rediss-cluster" -> Topology.CLUSTER;
                default -> throw wrong(isWord(scheme) ? "has the scheme '" + scheme + "'" : "has another scheme");
            };
            String rest = uri.substring(colon + 3);
            int path = pathOf(rest);
            if (rest.indexOf('@', path) >= 0) {
                throw wrong("has a '@' behind a '/', '?' or '#'; in a user or password those are %2F, %3F and %23");
            }
            String master = null;
            int hash = rest.indexOf('#');
            if (hash >= 0) {
                master = decoded(rest.substring(hash + 1));
                rest = rest.substring(0, hash);
            }
            if ((topology == Topology.SENTINEL) != (master != null && !master.isEmpty())) {
                throw wrong(topology == Topology.SENTINEL ? "names no #master" : "names a #master without Sentinel");
            }
            if (rest.indexOf('?') >= 0) {
                throw wrong("has a query; settings are those of the builder");
            }
            int database = 0;
            int slash = rest.indexOf('/');
            if (slash >= 0) {
                database = database(rest.substring(slash + 1));
                rest = rest.substring(0, slash);
            }
            if (topology == Topology.CLUSTER && database != 0) {
                throw wrong("names database " + database + ", but a Cluster has only 0");
            }
            String user = null;
            String password = null;
            int at = rest.lastIndexOf('@');
            if (at >= 0) {
                String credentials = rest.substring(0, at);
                int split = credentials.indexOf(':');
                if (split < 0) {
                    throw wrong("has a user without a password; one without a user is written ':password@'");
                }
                user = split == 0 ? null : decoded(credentials.substring(0, split));
                password = decoded(credentials.substring(split + 1));
                rest = rest.substring(at + 1);
            }
            List<HostAndPort> servers = servers(rest, topology);
            return new RedisAddress(topology, scheme.startsWith("rediss"), servers, user, password, database, master);
        }

        /** Returns whether it cannot have a password in it. */
        private static boolean isWord(String scheme) {
            return scheme.matches("[a-z-]{1,20}");
        }

        /** Returns where the path, the query or the fragment begins. */
        private static int pathOf(String rest) {
            int at = 0;
            while (at < rest.length() && "/?#".indexOf(rest.charAt(at)) < 0) {
                at++;
            }
            return at;
        }

        private List<HostAndPort> servers(String list, Topology topology) {
            List<HostAndPort> servers = new ArrayList<>();
            for (String server : list.split(",", -1)) {
                servers.add(server(server, topology == Topology.SENTINEL ? 26379 : 6379));
            }
            if (topology == Topology.STANDALONE && servers.size() > 1) {
                throw wrong("names " + servers.size() + " servers, but only Sentinel and Cluster have several");
            }
            return List.copyOf(servers);
        }

        private HostAndPort server(String text, int defaultPort) {
            // [::1]:6379
            int colon = text.startsWith("[") ? text.indexOf(':', Math.max(0, text.indexOf(']'))) : text.indexOf(':');
            String host = colon < 0 ? text : text.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            if (host.isEmpty()) {
                throw wrong("names no host");
            }
            int port = colon < 0 ? defaultPort : number("port", text.substring(colon + 1), 1, 65_535);
            return new HostAndPort(host, port);
        }

        private int database(String text) {
            return text.isEmpty() ? 0 : number("database", text, 0, 65_535);
        }

        private int number(String what, String text, int least, int most) {
            try {
                int number = Integer.parseInt(text);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException notANumber) {
                // Said below, like a number out of range.
            }
            throw wrong("has the " + what + " '" + text + "', expected " + least + " to " + most);
        }

        private String decoded(String text) {
            try {
                // In a URI a plus is a plus.
                return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException badEscape) {
                throw wrong("has a % that is not followed by two hex digits");
            }
        }

        private IllegalArgumentException wrong(String what) {
            int at = uri.lastIndexOf('@');
            String shown = at < 0 ? uri : "…" + uri.substring(at);
            return new IllegalArgumentException("uri is '" + shown + "': it " + what + "; expected " + FORMS);
        }
    }
}
