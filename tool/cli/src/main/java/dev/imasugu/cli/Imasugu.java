package dev.imasugu.cli;

import dev.imasugu.config.ConfigException;
import dev.imasugu.query.QueryException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command line. Exit codes: 0 done, 1 it failed, 2 the command or the project is not as
 * expected.
 */
@Command(
    name = "imasugu",
    description = "Recommendations that already know what you just looked at.",
    synopsisSubcommandLabel = "VERB",
    subcommands = {
      Demo.class,
      Init.class,
      Check.class,
      PlanVerb.class,
      ApplyVerb.class,
      TestSql.class,
      SqlShell.class,
      Run.class,
      Import.class,
      Recommend.class,
      Queries.class,
      QuarantineVerb.class,
      KeysVerb.class,
      Compact.class,
      Bench.class,
      Evaluate.class,
      ShopVerb.class,
      ReplayVerb.class,
      Torture.class,
      TestVerb.class,
    },
    footer = {
      "",
      "Start here:   ./imasugu demo",
      "Then:         ./imasugu init shop && ./imasugu run shop",
    })
public final class Imasugu {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show this text.")
  @SuppressWarnings("unused") // picocli looks at it
  private boolean help;

  /** Descriptions are written in lines of the source, which are as wide. */
  private static final int HELP_WIDTH = 100;

  private Imasugu() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    var line = new CommandLine(new Imasugu());
    line.setUsageHelpWidth(HELP_WIDTH);
    line.setExecutionExceptionHandler(
        (failure, command, _) -> {
          command.getErr().println(command.getColorScheme().errorText("imasugu: " + text(failure)));
          return failure instanceof ConfigException || failure instanceof QueryException ? 2 : 1;
        });
    return line.execute(arguments);
  }

  /** What a person should read of a failure; only the unexpected shows its type. */
  private static String text(Exception failure) {
    return switch (failure) {
      case ConfigException e -> String.valueOf(e.getMessage());
      case QueryException e -> String.valueOf(e.getMessage());
      case IllegalStateException e -> String.valueOf(e.getMessage());
      case IllegalArgumentException e -> String.valueOf(e.getMessage());
      case UncheckedIOException e -> String.valueOf(e.getMessage());
      default -> failure.toString();
    };
  }
}
