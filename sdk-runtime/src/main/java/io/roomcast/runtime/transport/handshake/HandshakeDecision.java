package io.roomcast.runtime.transport.handshake;

import java.util.Map;

/** What becomes of a handshake. */
public sealed interface HandshakeDecision {

    /**
     * It becomes a connection.
     *
     * @param subprotocol the one chosen
     * @param acceptKey the value of {@code Sec-WebSocket-Accept}
     */
    record Accepted(String subprotocol, String acceptKey) implements HandshakeDecision {}

    /**
     * It is answered as HTTP.
     *
     * @param status the HTTP status
     * @param reason a label out of a fixed set
     * @param sentence says to a person what was wrong
     * @param headers further headers of the response
     */
    record Refused(int status, String reason, String sentence, Map<String, String> headers)
            implements HandshakeDecision {

        private static final String RETRY_SECONDS = "5";

        /** The node is about to stop. */
        public static final Refused STOPPING = new Refused(
                503,
                "stopping",
                "This node is stopping; connect to another one.",
                Map.of("Retry-After", RETRY_SECONDS));

        /** The node serves as many connections as it may. */
        public static final Refused FULL = new Refused(
                503,
                "full",
                "This node serves as many connections as it may; try again later.",
                Map.of("Retry-After", RETRY_SECONDS));

        /** The client's address has as many connections as it may. */
        public static final Refused ADDRESS_FULL = new Refused(
                429,
                "address-full",
                "There are as many connections from your address as there may be.",
                Map.of("Retry-After", RETRY_SECONDS));

        static Refused of(int status, String reason, String sentence) {
            return new Refused(status, reason, sentence, Map.of());
        }
    }
}
