package io.roomcast.redis;

import java.util.ArrayList;
import java.util.List;

/** What docs/redis.md says that a user needs. */
final class AclRules {

    static final List<String> COMMANDS = List.of(
            "+hello",
            "+auth",
            "+select",
            "+client|setname",
            "+publish",
            "+subscribe",
            "+unsubscribe",
            "+script|load",
            "+evalsha",
            "+time",
            "+get",
            "+set",
            "+del",
            "+info",
            "+hget",
            "+hmget",
            "+hset",
            "+xadd",
            "+xdel",
            "+xrange",
            "+zadd",
            "+zscore",
            "+zremrangebyscore",
            "+pexpire");

    private AclRules() {}

    static String[] words(String user, String password, String prefix) {
        List<String> words = new ArrayList<>(List.of(
                "ACL",
                "SETUSER",
                user,
                "on",
                ">" + password,
                "~" + prefix + ":*",
                "resetchannels",
                "&" + prefix + ":*"));
        words.addAll(COMMANDS);
        return words.toArray(String[]::new);
    }
}
