package io.roomcast.load;

import io.roomcast.load.preset.Preset;
import io.roomcast.load.preset.Shape;
import io.roomcast.testkit.load.LoadSettings;
import io.roomcast.testkit.scenario.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which runner, as typed. */
final class RunnerOptions {

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private WhereOptions where;

    @ArgGroup
    private Mode mode = new Mode();

    /** At most one of them; none is a server at a URL. */
    static final class Mode {

        @Option(
                names = "--in-process",
                paramLabel = "NODES",
                description = "Has the preset's server in this process, with so many nodes, over loopback sockets.")
        private @Nullable Integer loopback;

        @Option(
                names = "--virtual",
                paramLabel = "NODES",
                description =
                        "Runs it in virtual time, without sockets: with many more peers, and every time alike. For chat, tracker and echo.")
        private @Nullable Integer virtual;

        @Option(
                names = "--agents",
                split = ",",
                paramLabel = "HOST:PORT",
                description = "Lets processes that were started with \"agent\" do it together.")
        private List<String> agents = List.of();
    }

    @Option(
            names = "--server-pid",
            paramLabel = "PID",
            description =
                    "The server's process, to see its processor time and memory. By default the one that listens at the URL's port, if it is on this machine.")
    private long serverPid;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    WhereOptions where() {
        return where;
    }

    OptionalLong serverPid() {
        return serverPid > 0 ? OptionalLong.of(serverPid) : OptionalLong.empty();
    }

    boolean isInProcess() {
        return mode.loopback != null;
    }

    boolean isVirtual() {
        return mode.virtual != null;
    }

    Runner runner(WhatOptions what, AgentsRunner.Shapes shapes) {
        Integer loopback = mode.loopback;
        if (loopback != null) {
            onItsOwn("--in-process");
            return new LoopbackRunner(preset(what, "--in-process"), loopback, settings(what));
        }
        Integer virtual = mode.virtual;
        if (virtual != null) {
            onItsOwn("--virtual");
            Typed.refuse(
                    command,
                    "--virtual",
                    "in virtual time no generator is late, no delivery takes long and nothing is cold",
                    "run with --in-process or at a --url",
                    List.of("--max-lag", "--delivery-timeout", "--warm-up"));
            return new VirtualRunner(preset(what, "--virtual"), virtual);
        }
        if (!mode.agents.isEmpty()) {
            preset(what, "--agents");
            if (!Typed.is(command, "--profile")) {
                Typed.refuse(
                        command,
                        "--agents",
                        "agents do not look at the server's process",
                        "record it with --profile",
                        List.of("--server-pid"));
            }
            where.targets();
            return new AgentsRunner(mode.agents, what, where, settings(what), shapes);
        }
        return new RemoteRunner(where.targets(), settings(what), serverPid());
    }

    private LoadSettings settings(WhatOptions what) {
        return where.settings().withWarmUp(what.warmUp());
    }

    /** Returns how long a run is to take. @param warmUp how long it warms up */
    Schedule schedule(WhatOptions what, Scenario scenario, int peers, Duration warmUp) {
        Optional<Shape> shape = what.preset().map(preset -> what.shape(peers));
        return isVirtual()
                ? Schedule.virtual(scenario, shape)
                : Schedule.of(scenario, shape, where.settings().withWarmUp(warmUp));
    }

    /** Returns where it runs, for people. */
    String describe() {
        if (mode.loopback != null) {
            return nodes(mode.loopback) + " in this process";
        }
        if (mode.virtual != null) {
            return nodes(mode.virtual) + " in virtual time";
        }
        String servers = "at " + String.join(" and ", where.urls())
                + (where.isInsecure() ? ", whose certificates are not looked at," : "");
        return mode.agents.isEmpty() ? servers : servers + " from the agents " + String.join(", ", mode.agents);
    }

    private static String nodes(int count) {
        return "on " + count + (count == 1 ? " node" : " nodes");
    }

    /** Refuses what is about servers elsewhere. */
    private void onItsOwn(String option) {
        Typed.refuse(
                command,
                option,
                "its nodes are in this process and let everybody in",
                "leave out " + option,
                List.of("--url", "--allow-remote", "--insecure", "--server-pid", "--token"));
    }

    private static Preset preset(WhatOptions what, String option) {
        return what.preset()
                .orElseThrow(() -> new IllegalArgumentException(
                        option + " goes with presets only: " + what.name() + " has no server that comes with it"));
    }
}
