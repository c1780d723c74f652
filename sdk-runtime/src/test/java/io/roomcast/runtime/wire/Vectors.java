package io.roomcast.runtime.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The golden vectors of {@code docs/protocol/vectors.json}. */
final class Vectors {

    /**
     * One element of the file.
     *
     * @param from {@code client}, {@code server}, or null for malformed input
     * @param error part of the text of the refusal, or null for valid input
     */
    record Vector(
            String name,
            @Nullable String from,
            byte @Nullable [] protobuf,
            byte @Nullable [] json,
            @Nullable String error) {

        byte @Nullable [] bytes(WireFormat format) {
            return format.usesRoutes() ? protobuf : json;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Vectors() {}

    static List<Vector> fromClients() {
        return all().stream().filter(vector -> "client".equals(vector.from)).toList();
    }

    static List<Vector> fromServers() {
        return all().stream().filter(vector -> "server".equals(vector.from)).toList();
    }

    static List<Vector> malformed() {
        return all().stream().filter(vector -> vector.error != null).toList();
    }

    static List<Vector> all() {
        try {
            List<Vector> vectors = new ArrayList<>();
            for (JsonNode node : new JsonMapper().readTree(Files.readAllBytes(docs("protocol/vectors.json")))) {
                vectors.add(vector(node));
            }
            return vectors;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Returns a file below {@code docs}; tests run in the folder of their module. */
    static Path docs(String name) {
        return Path.of("..", "docs").resolve(name);
    }

    private static Vector vector(JsonNode node) {
        String protobuf = text(node, "protobuf");
        String json = text(node, "json");
        return new Vector(
                node.required("name").textValue(),
                text(node, "from"),
                protobuf == null ? null : HexFormat.of().parseHex(protobuf),
                json == null ? null : json.getBytes(StandardCharsets.UTF_8),
                text(node, "error"));
    }

    private static @Nullable String text(JsonNode node, String key) {
        return node.has(key) ? node.get(key).textValue() : null;
    }
}
