package io.roomcast.samples.tracker.swarm;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One viewer as its last announce described it. Everything but the id and the node is the viewer's own word.
 *
 * @param id the peer id
 * @param node the name of the node that serves it
 * @param place see {@link Place}
 * @param held how many segments it has
 * @param complete whether it has all of them
 * @param open how many more partners it wants or takes
 * @param links the peers it has a data channel to, at most {@value #MOST_LINKS}
 * @param fromPeers bytes of the stream it got from other viewers
 * @param fromServer bytes of the stream it got from the server
 */
public record Viewer(
        String id,
        String node,
        Place place,
        int held,
        boolean complete,
        int open,
        List<String> links,
        long fromPeers,
        long fromServer) {

    /** The most links a viewer can have. */
    public static final int MOST_LINKS = 16;

    private static final Pattern PEER_ID = Pattern.compile("[A-Za-z0-9_-]{16,40}");

    public Viewer {
        checkPeerId("id", id);
        if (node.isEmpty() || node.length() > 64) {
            throw new IllegalArgumentException("node has " + node.length() + " characters, expected 1 to 64");
        }
        checkRange("held", held, 0, 1_000_000);
        checkRange("open", open, 0, MOST_LINKS);
        checkRange("links", links.size(), 0, MOST_LINKS);
        links.forEach(link -> checkPeerId("links", link));
        links = List.copyOf(links);
        checkRange("fromPeers", fromPeers, 0, Long.MAX_VALUE / 1_000_000);
        checkRange("fromServer", fromServer, 0, Long.MAX_VALUE / 1_000_000);
    }

    /** Returns the same viewer with one place for a partner fewer, as it is after an introduction. */
    public Viewer introduced() {
        return new Viewer(id, node, place, held, complete, Math.max(0, open - 1), links, fromPeers, fromServer);
    }

    /** Refuses what cannot be a peer id. */
    public static void checkPeerId(String name, String id) {
        if (!PEER_ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    name + " holds something of " + id.length() + " characters, expected the id of a peer");
        }
    }

    /** Refuses a number out of range. */
    public static void checkRange(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", expected " + least + " to " + most);
        }
    }
}
