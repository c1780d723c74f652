package io.roomcast.testkit.result;

/** What is counted, for each node and phase. */
public enum Count {
    PEERS_STARTED,
    PEERS_FINISHED,
    /** Peers that were not done when the patience of the run was over. */
    PEERS_UNFINISHED,
    CONNECTS,
    CONNECTS_FAILED,
    /** Connections that the server ended, or that broke, while the peer had something left to do. */
    CONNECTIONS_LOST,
    RESUMES,
    /** Sessions that could not be taken up again. */
    RESUMES_FAILED,
    JOINS,
    JOINS_REFUSED,
    LEAVES,
    MESSAGES_PLANNED,
    MESSAGES_SENT,
    MESSAGES_RECEIVED,
    BYTES_SENT,
    BYTES_RECEIVED,
    REQUESTS,
    REPLIES,
    REQUESTS_REFUSED,
    REQUESTS_TIMED_OUT,
    EXPECTATIONS_MET,
    EXPECTATIONS_MISSED,
    BARRIERS_MISSED,
    /** Notices of lost messages, and how many messages they were about. */
    GAPS,
    MESSAGES_MISSED,
    /** Rooms with history in which a client that came back went on where it was, and those in which it could not. */
    RECOVERIES,
    RECOVERIES_FAILED,
    /** Pages of histories. */
    PAGES,
    /** Error frames. */
    ERRORS,
    /** Invitations to go elsewhere. */
    GO_AWAYS,
    /** In virtual time: frames that clients sent and got, envelopes between nodes, and alarms of clients. */
    EVENTS
}
