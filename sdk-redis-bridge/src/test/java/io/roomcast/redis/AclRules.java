package io.roomcast.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What docs/redis.md says that a user needs, word by word. */
final class AclRules {

    private static final Pattern EVERYWHERE = Pattern.compile("\n(ACL SETUSER bridge [^`]*)\n```");
    private static final Pattern IN_A_CLUSTER = Pattern.compile("In a Cluster also `([^`]*)`");

    private AclRules() {}

    /** Returns the command that makes the user {@code bridge} with the password {@code secret}. */
    static String[] words(boolean inACluster) {
        List<String> words = new ArrayList<>(found(EVERYWHERE));
        if (inACluster) {
            words.addAll(found(IN_A_CLUSTER));
        }
        return words.toArray(String[]::new);
    }

    private static List<String> found(Pattern pattern) {
        try {
            String page = Files.readString(Path.of("..", "docs", "redis.md"));
            Matcher matcher = pattern.matcher(page);
            if (!matcher.find()) {
                throw new AssertionError("docs/redis.md has nothing like " + pattern);
            }
            return Arrays.asList(matcher.group(1).trim().split("\\s+"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
