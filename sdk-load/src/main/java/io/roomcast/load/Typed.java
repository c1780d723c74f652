package io.roomcast.load;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Which options were typed, whatever their defaults are: one that has no meaning where it was typed is refused, for whoever typed it expects something of it. */
final class Typed {

    private Typed() {}

    static boolean is(CommandSpec command, String option) {
        return command.commandLine().getParseResult().hasMatchedOption(option);
    }

    /**
     * Refuses options that have no meaning in a mode.
     *
     * @param mode what makes them meaningless, as it was typed
     * @param why they have no meaning then
     * @throws IllegalArgumentException if one was typed
     */
    static void refuse(CommandSpec command, String mode, String why, String instead, List<String> options) {
        List<String> typed =
                options.stream().filter(option -> is(command, option)).toList();
        if (!typed.isEmpty()) {
            throw new IllegalArgumentException(String.join(" and ", typed) + (typed.size() == 1 ? " has" : " have")
                    + " no meaning with " + mode + ": " + why + "; leave " + (typed.size() == 1 ? "it" : "them")
                    + " out, or " + instead);
        }
    }
}
