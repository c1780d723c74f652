package io.roomcast.testkit.virtual;

/** What a peer does next. Called on the world's thread. */
interface Script {

    /** What it waited for has happened. */
    void proceed(int peer);

    /** A message came in one of its rooms. */
    void arrived(int peer);

    /** It lost its session, and is online and in its rooms again with another. */
    void back(int peer);

    /** It lost its connection, and its session goes on over another. */
    void wentOn(int peer);

    /** The server closed the connection, and the peer had waited for that. */
    void closed(int peer, int code);
}
