package io.roomcast.benchmarks.signals;

import io.roomcast.runtime.wire.proto.IceCandidate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes a candidate line apart and puts it together again, as {@code signalling.proto} says. */
public final class CandidateLine {

    private static final List<String> PROTOCOLS = List.of("udp", "tcp", "UDP", "TCP");
    private static final List<String> TYPES = List.of("host", "srflx", "prflx", "relay");
    private static final List<String> TCP_TYPES = List.of("active", "passive", "so");
    private static final Pattern LINE = Pattern.compile("candidate:(?<foundation>\\d{1,18}) (?<component>[12])"
            + " (?<protocol>" + String.join("|", PROTOCOLS)
            + ") (?<priority>\\d{1,10}) (?<address>\\S+) (?<port>\\d{1,5})"
            + " typ (?<type>" + String.join("|", TYPES) + ")(?: raddr (?<raddr>\\S+))?(?: rport (?<rport>\\d{1,5}))?"
            + "(?: tcptype (?<tcptype>" + String.join("|", TCP_TYPES) + "))?(?: generation (?<generation>\\d{1,9}))?"
            + "(?: ufrag (?<ufrag>\\S+))?(?: network-id (?<id>\\d{1,9}))?(?: network-cost (?<cost>\\d{1,9}))?");

    private CandidateLine() {}

    /**
     * Takes a line apart where putting it together gives the same bytes; else it travels whole.
     *
     * @param ufrag of the place where the candidate belongs, empty if it has none
     */
    static IceCandidate.Builder split(String line, String ufrag) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
            IceCandidate.Builder parts = split(matcher);
            if (join(parts.build(), ufrag).equals(line)) {
                return parts;
            }
        }
        return IceCandidate.newBuilder().setLine(line);
    }

    private static IceCandidate.Builder split(Matcher line) {
        IceCandidate.Builder parts = IceCandidate.newBuilder()
                .setFoundation(Long.parseLong(line.group("foundation")))
                .setComponent(Integer.parseInt(line.group("component")) - 1)
                .setProtocol(PROTOCOLS.indexOf(line.group("protocol")))
                .setPriority((int) Long.parseLong(line.group("priority")))
                .setAddress(line.group("address"))
                .setPort(Integer.parseInt(line.group("port")))
                .setType(TYPES.indexOf(line.group("type")))
                .setHasUfrag(line.group("ufrag") != null);
        group(line, "raddr").ifPresent(parts::setRelatedAddress);
        group(line, "rport").map(Integer::valueOf).ifPresent(parts::setRelatedPort);
        group(line, "tcptype").map(TCP_TYPES::indexOf).ifPresent(parts::setTcpType);
        group(line, "generation").map(Integer::valueOf).ifPresent(parts::setGeneration);
        group(line, "id").map(Integer::valueOf).ifPresent(parts::setNetworkId);
        group(line, "cost").map(Integer::valueOf).ifPresent(parts::setNetworkCost);
        return parts;
    }

    private static Optional<String> group(Matcher line, String name) {
        return Optional.ofNullable(line.group(name));
    }

    /** Puts a line together. */
    public static String join(IceCandidate parts, String ufrag) {
        if (parts.hasLine()) {
            return parts.getLine();
        }
        StringBuilder line = new StringBuilder("candidate:")
                .append(Long.toUnsignedString(parts.getFoundation()))
                .append(' ')
                .append(parts.getComponent() + 1)
                .append(' ')
                .append(PROTOCOLS.get(parts.getProtocol()))
                .append(' ')
                .append(Integer.toUnsignedString(parts.getPriority()))
                .append(' ')
                .append(parts.getAddress())
                .append(' ')
                .append(parts.getPort())
                .append(" typ ")
                .append(TYPES.get(parts.getType()));
        append(line, " raddr ", parts.hasRelatedAddress(), parts.getRelatedAddress());
        append(line, " rport ", parts.hasRelatedPort(), parts.getRelatedPort());
        append(line, " tcptype ", parts.hasTcpType(), TCP_TYPES.get(parts.getTcpType()));
        append(line, " generation ", parts.hasGeneration(), parts.getGeneration());
        append(line, " ufrag ", parts.getHasUfrag(), ufrag);
        append(line, " network-id ", parts.hasNetworkId(), parts.getNetworkId());
        append(line, " network-cost ", parts.hasNetworkCost(), parts.getNetworkCost());
        return line.toString();
    }

    private static void append(StringBuilder line, String keyword, boolean present, Object value) {
        if (present) {
            line.append(keyword).append(value);
        }
    }
}
