package io.roomcast.benchmarks.load;

/** How the clients of a server send WebRTC signals. */
public enum SignalForm {
    /** JSON as applications write it, one message for each candidate. */
    JSON_EACH,
    /** The structured form of Roomcast's browser client, one message for each candidate. */
    STRUCTURED_EACH,
    /** The same, candidates put together for a moment, as that client does unless told otherwise. */
    STRUCTURED_TOGETHER
}
