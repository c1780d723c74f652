package io.roomcast.testkit.measure;

/** What has a latency. Each is kept apart from the others: one sum of them would say nothing. */
public enum Measure {
    /** From the planned arrival of a peer to its welcome: TCP, TLS, upgrade, hello. */
    CONNECT("connect", "Connect", "planned arrival to welcome"),
    /** From the planned join to the room's answer. */
    JOIN("join", "Join", "planned join to joined"),
    /** From the planned request to its reply. */
    REQUEST("request", "Request and reply", "planned request to reply"),
    /** From the planned message to its arrival at one peer: a sample for each delivery. */
    FANOUT("fanout", "Fan-out", "planned message to each delivery"),
    /** From the loss of a connection to the welcome on the next one. */
    RECONNECT("reconnect", "Reconnect", "lost connection to welcome"),
    /** From the planned instant to when the generator acted. It says nothing about the server. */
    SENDER_LAG("sender-lag", "Sender lag", "planned instant to the generator's act");

    private final String key;
    private final String title;
    private final String meaning;

    Measure(String key, String title, String meaning) {
        this.key = key;
        this.title = title;
        this.meaning = meaning;
    }

    /** Returns its name in JSON and on the command line. */
    public String key() {
        return key;
    }

    /** Returns its name for people. */
    public String title() {
        return title;
    }

    /** Returns from when to when it is. */
    public String meaning() {
        return meaning;
    }
}
