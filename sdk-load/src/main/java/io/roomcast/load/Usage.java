package io.roomcast.load;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Tells what was typed wrong from what went wrong. */
final class Usage {

    private Usage() {}

    /**
     * Reads what was typed.
     *
     * @throws ParameterException if that cannot be meant; with what was expected
     */
    static <T> T of(CommandSpec command, Supplier<T> typed) {
        try {
            return typed.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
