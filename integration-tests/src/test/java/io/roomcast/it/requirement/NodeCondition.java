package io.roomcast.it.requirement;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

final class NodeCondition extends ToolCondition {

    private static final int OLDEST = 20;
    private static final Pattern VERSION = Pattern.compile("v(\\d+)\\..*", Pattern.DOTALL);

    @Override
    String toInstall() {
        return "Node.js 20 or newer with npm";
    }

    @Override
    boolean isThere() throws IOException, InterruptedException {
        return onPath("npm").isPresent() && onPath("node").isPresent() && major() >= OLDEST;
    }

    private static int major() throws IOException, InterruptedException {
        Process node = new ProcessBuilder("node", "--version").start();
        String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        node.waitFor(10, TimeUnit.SECONDS);
        Matcher matcher = VERSION.matcher(output);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
