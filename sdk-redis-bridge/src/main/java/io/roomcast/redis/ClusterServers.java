package io.roomcast.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Knows which node of a Cluster has which slots, from whichever node answers. */
final class ClusterServers implements Servers {

    private final List<HostAndPort> seeds;
    private final Names names;
    private final Dialer dialer;
    /** First slot of a range to its owner; null = not known. Guarded by this. */
    private @Nullable TreeMap<Integer, Range> ranges;
    /** Nodes that were seen once, besides the seeds. Guarded by this. */
    private Set<HostAndPort> seen = new LinkedHashSet<>();

    private record Range(int last, HostAndPort owner) {}

    ClusterServers(List<HostAndPort> seeds, Names names, Dialer dialer) {
        this.seeds = seeds;
        this.names = names;
        this.dialer = dialer;
    }

    /** One thread asks for all: whoever comes meanwhile waits for its answer. */
    @Override
    public synchronized HostAndPort owner(int partition) {
        TreeMap<Integer, Range> known = ranges;
        if (known == null) {
            known = ask();
            ranges = known;
        }
        int slot = JedisClusterCRC16.getSlot(names.tag(partition));
        var range = known.floorEntry(slot);
        if (range == null || range.getValue().last() < slot) {
            ranges = null;
            throw new ConnectFailure("no node of the Cluster has slot " + slot, false);
        }
        return range.getValue().owner();
    }

    @Override
    public synchronized void forget() {
        ranges = null;
    }

    private TreeMap<Integer, Range> ask() {
        Set<HostAndPort> asked = new LinkedHashSet<>(seen);
        asked.addAll(seeds);
        RuntimeException trouble = null;
        for (HostAndPort node : asked) {
            try (RedisConnection connection = dialer.dial(node, "slots", dialer.commandTimeoutMillis())) {
                Object reply = connection.ask(new CommandArguments(Protocol.Command.CLUSTER).add("SLOTS"));
                TreeMap<Integer, Range> found = ranges(reply, node);
                if (!found.isEmpty()) {
                    return found;
                }
                trouble = new ConnectFailure(node + " has no slots", false);
            } catch (ConnectFailure failure) {
                if (failure.permanent) {
                    throw failure;
                }
                trouble = failure;
            } catch (JedisException silent) {
                trouble = silent;
            }
        }
        String why = trouble == null ? "" : String.valueOf(trouble.getMessage());
        throw new ConnectFailure("no node of the Cluster at " + seeds + " answers: " + why, false);
    }

    private TreeMap<Integer, Range> ranges(@Nullable Object reply, HostAndPort asked) {
        TreeMap<Integer, Range> found = new TreeMap<>();
        Set<HostAndPort> nodes = new LinkedHashSet<>();
        if (reply instanceof List<?> rows) {
            for (Object row : rows) {
                if (row instanceof List<?> parts
                        && parts.size() > 2
                        && parts.get(0) instanceof Long first
                        && parts.get(1) instanceof Long last) {
                    List<HostAndPort> owners = new ArrayList<>();
                    parts.subList(2, parts.size()).forEach(node -> owners.add(address(node, asked)));
                    found.put(first.intValue(), new Range(last.intValue(), owners.get(0)));
                    nodes.addAll(owners);
                }
            }
        }
        seen = nodes;
        return found;
    }

    private static HostAndPort address(@Nullable Object node, HostAndPort asked) {
        if (node instanceof List<?> parts && parts.size() > 1 && parts.get(1) instanceof Long port) {
            // A node that does not know its own address says nothing: it is where we asked.
            String host = parts.get(0) instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
            return new HostAndPort(host.isEmpty() ? asked.getHost() : host, port.intValue());
        }
        return asked;
    }
}
