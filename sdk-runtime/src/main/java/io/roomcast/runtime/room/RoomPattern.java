package io.roomcast.runtime.room;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A room pattern such as {@code chat/{topic}}, ready to be matched. Immutable. */
final class RoomPattern {

    private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z][A-Za-z0-9_]*)(\\.\\.\\.)?}");

    private final String text;
    private final Pattern regex;
    private final List<String> variables;

    private RoomPattern(String text, Pattern regex, List<String> variables) {
        this.text = text;
        this.regex = regex;
        this.variables = variables;
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    static RoomPattern of(String text) {
        if (text.isEmpty()) {
            throw malformed(text, "is empty");
        }
        StringBuilder regex = new StringBuilder();
        List<String> variables = new ArrayList<>();
        Matcher found = VARIABLE.matcher(text);
        int done = 0;
        while (found.find()) {
            if (found.start() == done && !variables.isEmpty()) {
                throw malformed(text, "has two variables with nothing between them");
            }
            literal(text, text.substring(done, found.start()), regex);
            if (variables.contains(found.group(1))) {
                throw malformed(text, "names {" + found.group(1) + "} twice");
            }
            boolean rest = found.group(2) != null;
            if (rest && found.end() != text.length()) {
                throw malformed(text, "has {" + found.group(1) + "...} before its end");
            }
            variables.add(found.group(1));
            regex.append(rest ? "(.+)" : "([^/]+)");
            done = found.end();
        }
        literal(text, text.substring(done), regex);
        return new RoomPattern(text, Pattern.compile(regex.toString(), Pattern.DOTALL), List.copyOf(variables));
    }

    private static void literal(String text, String part, StringBuilder regex) {
        if (part.indexOf('{') >= 0 || part.indexOf('}') >= 0) {
            throw malformed(text, "has a brace that is not part of a {variable} or a last {variable...}");
        }
        regex.append(Pattern.quote(part));
    }

    private static IllegalArgumentException malformed(String text, String why) {
        return new IllegalArgumentException(
                "room pattern \"" + text + "\" " + why + ", expected text and variables such as chat/{topic}");
    }

    boolean matches(String name) {
        return regex.matcher(name).matches();
    }

    /** Returns what the variables stand for in this name, or empty if it does not match. */
    Optional<Map<String, String>> match(String name) {
        Matcher matcher = regex.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < variables.size(); i++) {
            values.put(variables.get(i), matcher.group(i + 1));
        }
        return Optional.of(java.util.Collections.unmodifiableMap(values));
    }

    /** Returns whether the other one matches the same names: the same text but for what its variables are called. */
    boolean isLike(RoomPattern other) {
        return regex.pattern().equals(other.regex.pattern());
    }

    @Override
    public String toString() {
        return text;
    }
}
