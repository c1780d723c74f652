package io.roomcast.load;

import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command line. */
@Command(
        name = "roomcast-load",
        description = "Puts Roomcast servers under load and tells honestly what came of it.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "To try it, in two terminals:",
            "  java -jar roomcast-load.jar serve chat",
            "  java -jar roomcast-load.jar load chat",
            "",
            "Exit codes: 0 passed, 1 error, 2 wrong usage, 3 an objective was missed or something was not as promised,",
            "4 the generator was too slow, and the run says nothing."
        },
        subcommands = {
            LoadCommand.class,
            FindKneeCommand.class,
            AgentCommand.class,
            ReportCommand.class,
            ServeCommand.class,
            HelpCommand.class
        })
public final class Main {

    /** Runs a command and exits with its code. */
    public static void main(String[] arguments) {
        // Undertow logs through JBoss Logging, which looks for this first.
        System.setProperty("org.jboss.logging.provider", "slf4j");
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.registerConverter(java.time.Duration.class, Durations::parse);
        line.setParameterExceptionHandler((failure, arguments) -> {
            // The whole usage would hide the one line that says what is wrong.
            CommandLine command = failure.getCommandLine();
            command.getErr().println(command.getColorScheme().errorText(failure.getMessage()));
            if (command.getParent() == null && arguments.length == 0) {
                command.usage(command.getErr());
            } else if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, command.getErr())) {
                String name = command.getCommandSpec().qualifiedName();
                command.getErr().println("Its options: " + name + " --help");
            }
            command.getErr().flush();
            return ExitCode.USAGE;
        });
        line.setExecutionExceptionHandler((failure, command, result) -> {
            // What is wrong with the order is said in a line; anything else is ours to explain.
            if (failure instanceof IllegalArgumentException || failure instanceof java.io.IOException) {
                command.getErr().println(command.getColorScheme().errorText(message(failure)));
            } else {
                failure.printStackTrace(command.getErr());
            }
            return ExitCode.ERROR;
        });
        return line;
    }

    private static String message(Exception failure) {
        String message = failure.getMessage();
        if (failure instanceof NoSuchFileException) {
            return "there is no file " + message;
        }
        if (failure instanceof FileSystemException about && about.getReason() == null) {
            return about.getFile() + " cannot be read or written ("
                    + failure.getClass().getSimpleName().replace("Exception", "") + ")";
        }
        return message == null ? failure.toString() : message;
    }
}
