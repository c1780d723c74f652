package io.roomcast.testkit.virtual;

import io.roomcast.testkit.drive.Order;
import io.roomcast.testkit.drive.Progress;
import io.roomcast.testkit.fault.FaultKind;
import io.roomcast.testkit.fault.FaultPlan;
import io.roomcast.testkit.scenario.StandardScenarios;
import java.time.Duration;
import java.util.EnumSet;

/** Prints the signature of a run with faults, to compare JVMs. */
final class SignatureProgram {

    private SignatureProgram() {}

    public static void main(String[] args) {
        FaultPlan faults = FaultPlan.random(4, 8, 3, Duration.ofSeconds(8), EnumSet.allOf(FaultKind.class));
        Order order = new Order(StandardScenarios.badNeighbours(45), 4, faults);
        System.out.println(
                VirtualDriver.nodes(3).build().run(order, Progress.NONE).signatureText());
    }
}
