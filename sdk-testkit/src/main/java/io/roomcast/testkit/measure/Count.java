package io.roomcast.testkit.measure;

/** What is counted. Counts of several processes are added. */
public enum Count {
    ARRIVALS("arrivals", "connections begun"),
    CONNECTED("connected", "connections welcomed"),
    CONNECT_FAILED("connectFailed", "connections that failed"),
    CLOSED("closed", "connections that ended before their peer was done"),
    JOINED("joined", "rooms joined"),
    OFFERED("offered", "sends planned"),
    SENT("sent", "sends made"),
    SENT_BYTES("sentBytes", "payload bytes sent"),
    RECEIVED("received", "messages received"),
    RECEIVED_BYTES("receivedBytes", "payload bytes received"),
    REPLIES("replies", "replies received"),
    EXPECTED("expected", "deliveries that had to come"),
    DELIVERED("delivered", "of them, came"),
    MISSING("missing", "of them, did not come"),
    EXTRA("extra", "deliveries that might come and came"),
    UNTIMED("untimed", "messages received without a stamp of this machine's clock"),
    TIMEOUTS("timeouts", "waits that ended without what was waited for"),
    ERRORS("errors", "errors of all kinds"),
    GAPS("gaps", "messages that the server reported as lost"),
    BAD_CLIENTS("badClients", "bad clients let loose");

    private final String key;
    private final String meaning;

    Count(String key, String meaning) {
        this.key = key;
        this.meaning = meaning;
    }

    /** Returns its name in JSON. */
    public String key() {
        return key;
    }

    /** Returns what is counted. */
    public String meaning() {
        return meaning;
    }
}
