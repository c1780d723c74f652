package io.roomcast.redis;

import java.util.List;

/**
 * Writes and reads what crosses Redis. Around the runtime's envelopes, which are only carried, stands
 *
 * <pre>
 * version of the writer        1 byte
 * oldest version that reads it 1 byte
 * kind                         1 byte
 * flags                        1 byte: 1 = signed
 * header extension             length as a varint, bytes; skipped by whoever does not know it
 * body                         by kind
 * signature                    16 bytes, if signed
 * </pre>
 *
 * so that nodes of two versions can share a Redis: a newer one adds to the header extension or to the end of a body that is no list
 * of envelopes, or uses a kind of its own, and raises the second byte only for what an older one must not misread. Safe to use from any thread.
 */
final class Parcels {

    static final int VERSION = 1;
    static final int MAX_EPOCH_BYTES = 32;

    private static final int FOR_ROOM = 1;
    private static final int FOR_NODE = 2;
    private static final int LOG = 3;
    private static final int ALIVE = 4;
    private static final int BYE = 5;
    private static final int PROBE = 6;
    private static final int SIGNED = 1;
    private static final int MAX_COUNT = 1 << 20;

    private final Seal seal;
    private final Dialect dialect;

    /**
     * How this node writes.
     *
     * @param version its version
     * @param extension what its header carries beyond that of version 1
     */
    record Dialect(int version, byte[] extension) {
        static final Dialect CURRENT = new Dialect(VERSION, new byte[0]);
    }

    /** An envelope about a room. */
    record Addressed(String room, byte[] envelope) {}

    Parcels(Seal seal, Dialect dialect) {
        this.seal = seal;
        this.dialect = dialect;
    }

    byte[] forRoom(byte[] channel, Origin origin, List<byte[]> envelopes) {
        int size = 64;
        for (byte[] envelope : envelopes) {
            size += envelope.length + 5;
        }
        ByteSink sink = header(FOR_ROOM, size);
        origin(sink, origin);
        envelopes.forEach(sink::sized);
        return sealed(channel, sink);
    }

    byte[] forNode(byte[] channel, Origin origin, List<Addressed> envelopes) {
        int size = 64;
        for (Addressed addressed : envelopes) {
            size += addressed.envelope().length + addressed.room().length() + 12;
        }
        ByteSink sink = header(FOR_NODE, size);
        origin(sink, origin);
        envelopes.forEach(addressed -> sink.sized(addressed.room()).sized(addressed.envelope()));
        return sealed(channel, sink);
    }

    byte[] alive(byte[] channel, Heartbeat heartbeat) {
        ByteSink sink = header(ALIVE, 96);
        origin(sink, heartbeat.origin());
        sink.varint(heartbeat.count()).varint(heartbeat.incarnation()).varint(heartbeat.partitions());
        sink.add(heartbeat.asking() ? 1 : 0);
        return sealed(channel, sink);
    }

    byte[] bye(byte[] channel, Origin origin, long count) {
        ByteSink sink = header(BYE, 96);
        origin(sink, origin);
        sink.varint(count);
        return sealed(channel, sink);
    }

    byte[] probe(byte[] channel, long boot, long number) {
        return sealed(channel, header(PROBE, 48).fixed(boot).varint(number));
    }

    /** What the append script puts before the epoch. The script cannot sign: each frame in a log has a signature of its own. */
    byte[] logHeader() {
        return header(LOG, 16).toBytes();
    }

    /** One envelope as it stands in a log, behind its length. */
    void logFrame(ByteSink log, byte[] place, byte[] envelope) {
        ByteSink frame = new ByteSink(envelope.length + 32);
        frame.add(dialect.version()).add(VERSION).add(seal.signs() ? SIGNED : 0).add(envelope);
        log.sized(sealed(place, frame));
    }

    /** Returns the envelope in a frame of a room's log. */
    byte[] openLogFrame(byte[] place, byte[] frame) throws Refused {
        ByteSource source = new ByteSource(frame, 0, frame.length);
        source.octet();
        readable(source.octet());
        int end = checked(place, frame, source.octet());
        if (end < source.position()) {
            throw new Refused(Refused.Why.GARBAGE, "a signed frame is shorter than its signature");
        }
        return new ByteSource(frame, source.position(), end).rest();
    }

    Parcel open(byte[] channel, byte[] bytes) throws Refused {
        ByteSource head = new ByteSource(bytes, 0, bytes.length);
        head.octet();
        readable(head.octet());
        int kind = head.octet();
        int flags = head.octet();
        int end = kind == LOG ? bytes.length : checked(channel, bytes, flags);
        head.skipSized();
        if (end < head.position()) {
            throw new Refused(Refused.Why.GARBAGE, "a signed parcel is shorter than its signature");
        }
        ByteSource body = new ByteSource(bytes, head.position(), end);
        return switch (kind) {
            case FOR_ROOM -> new Parcel.ForRoom(origin(body), body);
            case FOR_NODE -> new Parcel.ForNode(origin(body), body);
            case LOG -> log(body);
            case ALIVE ->
                new Parcel.Alive(new Heartbeat(
                        origin(body), body.varint(), body.varint(), (int) body.varint(), body.octet() == 1));
            case BYE -> new Parcel.Bye(origin(body), body.varint());
            case PROBE -> new Parcel.Probe(body.fixed(), body.varint());
            default -> new Parcel.Unknown();
        };
    }

    private static Parcel log(ByteSource body) throws Refused {
        String epoch = body.text(MAX_EPOCH_BYTES);
        // The script writes numbers as text: its own have 53 bits and no varints.
        long last = number(body.text(16));
        long count = number(body.text(16));
        if (last < 1 || count < 1 || count > MAX_COUNT || count > last) {
            throw new Refused(Refused.Why.GARBAGE, "a log says " + count + " frames up to offset " + last);
        }
        return new Parcel.Log(epoch, last, (int) count, body);
    }

    private static long number(String digits) throws Refused {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException notANumber) {
            throw new Refused(Refused.Why.GARBAGE, "a number is '" + digits + "'");
        }
    }

    private static void origin(ByteSink sink, Origin origin) {
        sink.fixed(origin.boot()).sized(origin.nodeId());
    }

    private static Origin origin(ByteSource source) throws Refused {
        long boot = source.fixed();
        String nodeId = source.text(Origin.MAX_ID_BYTES);
        if (nodeId.isEmpty()) {
            throw new Refused(Refused.Why.GARBAGE, "it names no node");
        }
        return new Origin(nodeId, boot);
    }

    private static void readable(int oldest) throws Refused {
        if (oldest > VERSION) {
            throw new Refused(
                    Refused.Why.NEWER, "it needs version " + oldest + " to be read, and this is version " + VERSION);
        }
        if (oldest == 0) {
            throw new Refused(Refused.Why.GARBAGE, "it is not of a Roomcast bridge");
        }
    }

    private ByteSink header(int kind, int expected) {
        return new ByteSink(expected + dialect.extension().length)
                .add(dialect.version())
                .add(VERSION)
                .add(kind)
                .add(kind != LOG && seal.signs() ? SIGNED : 0)
                .sized(dialect.extension());
    }

    private byte[] sealed(byte[] place, ByteSink sink) {
        if (!seal.signs()) {
            return sink.toBytes();
        }
        byte[] unsigned = sink.toBytes();
        return sink.add(seal.sign(place, unsigned, unsigned.length)).toBytes();
    }

    /** Returns where the signed part ends. A signature that nobody here asked for is not looked at. */
    private int checked(byte[] place, byte[] bytes, int flags) throws Refused {
        boolean signed = (flags & SIGNED) != 0;
        if (!signed) {
            if (seal.signs()) {
                throw new Refused(Refused.Why.UNSIGNED, "it is not signed");
            }
            return bytes.length;
        }
        int end = bytes.length - Seal.SIZE;
        if (end < 0) {
            throw new Refused(Refused.Why.GARBAGE, "a signed parcel has " + bytes.length + " bytes");
        }
        if (seal.signs() && !seal.fits(place, bytes, 0, end)) {
            throw new Refused(Refused.Why.FORGED, "its signature fits none of our keys");
        }
        return end;
    }
}
