package io.roomcast.testkit;

/** A scripted peer's connection. What it is told to do happens soon, in the order of the calls. */
interface ClientWire {

    /** What comes back, never from two threads at one time. */
    interface Listener {

        void onMessage(byte[] payload);

        /** The connection has ended; once. The code is 1006 if there was no close frame. */
        void onClosed(int code, String reason);
    }

    /** Sends a whole binary message. */
    void send(byte[] payload);

    /** Begins the closing handshake. */
    void close(int code, String reason);

    /** Ends the connection without a close frame. */
    void cut();

    /** Stops reading, pings included. */
    void stall();

    /** Reads again. */
    void resume();
}
