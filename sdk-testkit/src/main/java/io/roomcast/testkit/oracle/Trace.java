package io.roomcast.testkit.oracle;

/** Is told what happens to one peer, when a run is repeated to see that. */
public interface Trace {

    /** Looks at nobody. */
    Trace NOBODY = new Trace() {
        @Override
        public boolean sees(int peer) {
            return false;
        }

        @Override
        public void note(int peer, String what) {}
    };

    /** Returns whether it wants to know about a peer: words are made only then. */
    boolean sees(int peer);

    /** Something happened to it. */
    void note(int peer, String what);
}
