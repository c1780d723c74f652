package io.roomcast.load;

import io.roomcast.testkit.load.LoadSettings;
import io.roomcast.testkit.socket.Target;
import io.roomcast.testkit.socket.Trust;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** Where to run it, as typed. */
final class WhereOptions {

    private static final String DEFAULT_URL = "ws://127.0.0.1:8080/roomcast";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Where a server is; several of one cluster may be given. Default: " + DEFAULT_URL + ".")
    private List<String> urls = List.of();

    @Option(
            names = "--allow-remote",
            description = "Lets the servers be on other machines. Put only your own servers under load.")
    private boolean allowRemote;

    @Option(
            names = "--insecure",
            description =
                    "Accepts any certificate behind wss:, for test servers. Whoever stands in between can read it all.")
    private boolean insecure;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            defaultValue = "",
            description = "What peers say to the server's authenticator.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String token;

    @Option(
            names = "--max-lag",
            paramLabel = "TIME",
            defaultValue = "20ms",
            description =
                    "How late the generator may be, at its 99th percentile, before the run is void. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration mostLag;

    @Option(
            names = "--delivery-timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "After which time a delivery is missing. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration deliveryTimeout;

    List<String> urls() {
        return urls.isEmpty() ? List.of(DEFAULT_URL) : urls;
    }

    boolean isInsecure() {
        return insecure;
    }

    List<Target> targets() {
        return targets(urls(), allowRemote, insecure);
    }

    /** Refuses servers on other machines unless they are allowed. */
    static List<Target> targets(List<String> urls, boolean allowRemote, boolean insecure) {
        Trust trust = insecure ? Trust.anyCertificate() : Trust.ofJvm();
        List<Target> targets = urls.stream().map(url -> Target.of(url, trust)).toList();
        if (insecure && targets.stream().allMatch(target -> target.trust() == null)) {
            throw new IllegalArgumentException(
                    "--insecure is about certificates, and no URL is one of wss:; expected one or the other");
        }
        for (Target target : targets) {
            if (!allowRemote && !target.isLoopback()) {
                throw new IllegalArgumentException(target.url()
                        + " is not on this machine; --allow-remote lets it be put under load, if it is yours");
            }
        }
        return targets;
    }

    LoadSettings settings() {
        return LoadSettings.DEFAULTS.withToken(token).withMostLag(mostLag).withDeliveryTimeout(deliveryTimeout);
    }
}
