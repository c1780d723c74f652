package io.roomcast.benchmarks.signals;

import com.fasterxml.jackson.databind.JsonNode;
import io.roomcast.runtime.wire.proto.CandidatePlace;
import io.roomcast.runtime.wire.proto.SessionDescription;
import io.roomcast.runtime.wire.proto.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The structured form in which the browser client sends signals: {@code signalling.proto}, as its {@code signals.js} writes it. */
final class StructuredSignals {

    private static final String MID = "sdpMid";
    private static final String INDEX = "sdpMLineIndex";
    private static final String UFRAG = "usernameFragment";
    private static final Pattern UFRAG_IN_LINE = Pattern.compile(" ufrag (\\S+)");

    private StructuredSignals() {}

    /**
     * Encodes a description.
     *
     * @param payload with {@code type} and {@code sdp}
     */
    static byte[] description(JsonNode payload) {
        SessionDescription.Builder description =
                SessionDescription.newBuilder().setType(payload.path("type").asText());
        if (payload.has("sdp")) {
            description.setSdp(payload.path("sdp").asText());
        }
        return Signal.newBuilder().setDescription(description).build().toByteArray();
    }

    /**
     * Encodes candidates of one generation.
     *
     * @param candidates as in the payloads; JSON's null is the end of candidates and can only be the last
     */
    static byte[] candidates(List<JsonNode> candidates) {
        Signal.Builder signal = Signal.newBuilder();
        List<CandidatePlace> places = new ArrayList<>();
        for (JsonNode candidate : candidates) {
            if (candidate.isNull()) {
                signal.setEnd(true);
                continue;
            }
            CandidatePlace place = place(candidate);
            if (!places.contains(place)) {
                places.add(place);
            }
            signal.addCandidates(CandidateLine.split(line(candidate), place.getUsernameFragment())
                    .setPlace(places.indexOf(place)));
        }
        return signal.addAllPlaces(places).build().toByteArray();
    }

    private static CandidatePlace place(JsonNode candidate) {
        CandidatePlace.Builder place = CandidatePlace.newBuilder();
        int nulls = 0;
        if (candidate.hasNonNull(MID)) {
            place.setSdpMid(candidate.get(MID).asText());
        } else if (candidate.has(MID)) {
            nulls |= 1;
        }
        if (candidate.hasNonNull(INDEX)) {
            place.setSdpMLineIndex(candidate.get(INDEX).asInt());
        } else if (candidate.has(INDEX)) {
            nulls |= 1 << 1;
        }
        if (candidate.hasNonNull(UFRAG)) {
            place.setUsernameFragment(candidate.get(UFRAG).asText());
        } else if (candidate.has(UFRAG)) {
            nulls |= 1 << 2;
        }
        return place.setNulls(nulls).build();
    }

    /** Returns the candidate line, empty at an end of candidates. */
    static String line(JsonNode candidate) {
        return candidate.path("candidate").asText("");
    }

    /** Returns the generation that a candidate belongs to, empty when it does not say. */
    static String ufrag(JsonNode candidate) {
        if (candidate.hasNonNull(UFRAG)) {
            return candidate.get(UFRAG).asText();
        }
        Matcher inLine = UFRAG_IN_LINE.matcher(line(candidate));
        return inLine.find() ? inLine.group(1) : "";
    }
}
