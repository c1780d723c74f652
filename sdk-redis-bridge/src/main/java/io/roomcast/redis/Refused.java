package io.roomcast.redis;

/** What arrived is not for us to believe. Has no stack trace: whoever floods us with garbage should not make us walk the stack. */
final class Refused extends Exception {

    private static final long serialVersionUID = 1L;

    enum Why {
        /** It is not what this bridge writes. */
        GARBAGE,
        /** It carries no signature, and this node wants one. */
        UNSIGNED,
        /** Its signature fits none of our keys. */
        FORGED,
        /** Its writer says that our version cannot read it. */
        NEWER
    }

    final Why why;

    Refused(Why why, String text) {
        super(text, null, false, false);
        this.why = why;
    }
}
