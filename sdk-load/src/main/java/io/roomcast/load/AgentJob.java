package io.roomcast.load;

import io.roomcast.load.preset.Preset;
import io.roomcast.load.preset.Shape;
import io.roomcast.testkit.load.LoadSettings;
import io.roomcast.testkit.scenario.Subprotocol;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/** One agent's share of a run, as it travels. */
record AgentJob(Preset preset, Shape shape, List<String> urls, boolean insecure, LoadSettings settings, long seed) {

    Properties properties() {
        Properties all = new Properties();
        all.setProperty("preset", preset.key());
        all.setProperty("peers", Integer.toString(shape.peers()));
        all.setProperty("rampUp", shape.rampUp().toString());
        all.setProperty("steady", shape.steady().toString());
        all.setProperty("pace", Double.toString(shape.pace()));
        all.setProperty("manner", shape.manner().name());
        all.setProperty("subprotocol", shape.subprotocol().name());
        all.setProperty("urls", String.join(" ", urls));
        all.setProperty("insecure", Boolean.toString(insecure));
        all.setProperty("token", settings.token());
        all.setProperty("mostLag", settings.mostLag().toString());
        all.setProperty("deliveryTimeout", settings.deliveryTimeout().toString());
        all.setProperty("warmUp", settings.warmUp().toString());
        all.setProperty("process", Integer.toString(settings.process()));
        all.setProperty("processes", Integer.toString(settings.processes()));
        all.setProperty("seed", Long.toString(seed));
        return all;
    }

    /** @throws RuntimeException if something is missing or wrong */
    static AgentJob of(Properties all) {
        return new AgentJob(
                Preset.named(get(all, "preset")),
                new Shape(
                        Integer.parseInt(get(all, "peers")),
                        Duration.parse(get(all, "rampUp")),
                        Duration.parse(get(all, "steady")),
                        Double.parseDouble(get(all, "pace")),
                        Shape.Manner.valueOf(get(all, "manner")),
                        Subprotocol.valueOf(get(all, "subprotocol"))),
                Arrays.asList(get(all, "urls").split(" ", -1)),
                Boolean.parseBoolean(get(all, "insecure")),
                LoadSettings.DEFAULTS
                        .withToken(get(all, "token"))
                        .withMostLag(Duration.parse(get(all, "mostLag")))
                        .withDeliveryTimeout(Duration.parse(get(all, "deliveryTimeout")))
                        .withWarmUp(Duration.parse(get(all, "warmUp")))
                        .asProcess(Integer.parseInt(get(all, "process")), Integer.parseInt(get(all, "processes"))),
                Long.parseLong(get(all, "seed")));
    }

    static String get(Properties all, String name) {
        String value = all.getProperty(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "the coordinator did not say \"" + name + "\"; is it of another version?");
        }
        return value;
    }
}
