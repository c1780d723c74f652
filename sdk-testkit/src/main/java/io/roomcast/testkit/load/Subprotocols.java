package io.roomcast.testkit.load;

import io.roomcast.testkit.program.Opcode;
import io.roomcast.testkit.program.Program;
import io.roomcast.testkit.scenario.Subprotocol;

/** What clients on sockets speak. */
final class Subprotocols {

    private Subprotocols() {}

    /** @throws IllegalArgumentException if a scenario wants another */
    static void check(Program program) {
        if (program.uses(Opcode.CONNECT, Subprotocol.JSON.ordinal())) {
            throw new IllegalArgumentException(
                    "the scenario has clients that speak JSON, and those on sockets speak protobuf;"
                            + " run it in virtual time, or let them connect() without a subprotocol");
        }
    }
}
