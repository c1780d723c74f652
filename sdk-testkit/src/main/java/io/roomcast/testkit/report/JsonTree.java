package io.roomcast.testkit.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A JSON object, read whole. Asked for what is not there, or is something else, it says so. */
final class JsonTree {

    private static final int DEEPEST = 16;

    private final Map<String, Object> fields;

    private JsonTree(Map<String, Object> fields) {
        this.fields = fields;
    }

    static JsonTree read(Reader reader) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(reader)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("it does not begin with a JSON object");
            }
            return object(parser, 0);
        }
    }

    private static JsonTree object(JsonParser parser, int depth) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            Object value = value(parser, depth + 1);
            if (value != null) {
                fields.put(name, value);
            }
        }
        return new JsonTree(fields);
    }

    private static @Nullable Object value(JsonParser parser, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("it is nested deeper than " + DEEPEST);
        }
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new IllegalArgumentException("it ends in the middle");
        }
        return switch (token) {
            case START_OBJECT -> object(parser, depth);
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(Objects.requireNonNullElse(value(parser, depth + 1), ""));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private <T> T get(String name, Class<T> type) {
        Object value = fields.get(name);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is " + (value == null ? "missing" : "no " + type.getSimpleName()));
        }
        return type.cast(value);
    }

    String text(String name) {
        return get(name, String.class);
    }

    boolean flag(String name) {
        return get(name, Boolean.class);
    }

    long number(String name) {
        return get(name, Number.class).longValue();
    }

    int integer(String name) {
        return Math.toIntExact(number(name));
    }

    double real(String name) {
        return get(name, Number.class).doubleValue();
    }

    JsonTree object(String name) {
        return get(name, JsonTree.class);
    }

    Iterable<String> names() {
        return fields.keySet();
    }

    List<JsonTree> objects(String name) {
        return list(name, JsonTree.class);
    }

    List<String> texts(String name) {
        return list(name, String.class);
    }

    private <T> List<T> list(String name, Class<T> type) {
        List<T> all = new ArrayList<>();
        for (Object each : get(name, List.class)) {
            if (!type.isInstance(each)) {
                throw new IllegalArgumentException(
                        "\"" + name + "\" has an element that is no " + type.getSimpleName());
            }
            all.add(type.cast(each));
        }
        return all;
    }
}
