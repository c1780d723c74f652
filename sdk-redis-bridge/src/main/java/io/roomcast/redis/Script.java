package io.roomcast.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/** A script that runs in Redis, from a file beside this class. Immutable. */
record Script(String text, byte[] sha1) {

    static final Script APPEND = read("append.lua");
    static final Script READ = read("read.lua");
    static final Script SESSION = read("session.lua");
    static final List<Script> ALL = List.of(APPEND, READ, SESSION);

    static void loadAll(RedisConnection connection) {
        for (Script script : ALL) {
            connection.ask(
                    new CommandArguments(Protocol.Command.SCRIPT).add("LOAD").add(script.text));
        }
    }

    private static Script read(String file) {
        try (InputStream stream = Script.class.getResourceAsStream(file)) {
            byte[] bytes = Objects.requireNonNull(stream, file).readAllBytes();
            byte[] sum = MessageDigest.getInstance("SHA-1").digest(bytes);
            return new Script(
                    new String(bytes, StandardCharsets.UTF_8),
                    HexFormat.of().formatHex(sum).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("SHA-1 is in every JDK", missing);
        }
    }
}
