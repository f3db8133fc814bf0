package dev.imasugu.cli;

import dev.imasugu.config.ConfigException;
import dev.imasugu.config.Nearest;
import dev.imasugu.config.Project;
import dev.imasugu.node.Node;
import dev.imasugu.node.Plans;
import dev.imasugu.query.QueryException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;

/**
 * The command line. Exit codes: 0 done, 1 it failed, 2 the command or the project is not as
 * expected.
 */
@Command(
    name = "imasugu",
    description = "Recommendations that already know what you just looked at.",
    synopsisSubcommandLabel = "VERB",
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

  /** In the order of the help. */
  private static final Map<String, Class<?>> VERBS = new LinkedHashMap<>();

  static {
    VERBS.put("demo", Demo.class);
    VERBS.put("init", Init.class);
    VERBS.put("check", Check.class);
    VERBS.put("plan", PlanVerb.class);
    VERBS.put("apply", ApplyVerb.class);
    VERBS.put("test-sql", TestSql.class);
    VERBS.put("sql-shell", SqlShell.class);
    VERBS.put("run", Run.class);
    VERBS.put("import", Import.class);
    VERBS.put("recommend", Recommend.class);
    VERBS.put("queries", Queries.class);
    VERBS.put("quarantine", QuarantineVerb.class);
    VERBS.put("keys", KeysVerb.class);
    VERBS.put("compact", Compact.class);
    VERBS.put("bench", Bench.class);
    VERBS.put("evaluate", Evaluate.class);
    VERBS.put("shop", ShopVerb.class);
    VERBS.put("replay", ReplayVerb.class);
    VERBS.put("torture", Torture.class);
    VERBS.put("test", TestVerb.class);
  }

  /** Verbs that start a server at once. */
  private static final Set<String> SERVERS = Set.of("demo", "run");

  private static final String LOG_LEVEL = "org.slf4j.simpleLogger.log.dev.imasugu";

  /** Descriptions are written in lines of the source, which are as wide. */
  private static final int HELP_WIDTH = 100;

  private Imasugu() {}

  public static void main(String[] arguments) {
    // Only a server that runs by itself tells of its life; other verbs have lines of their own.
    if (!List.of(arguments).contains("run") && System.getProperty(LOG_LEVEL) == null) {
      System.setProperty(LOG_LEVEL, "warn");
    }
    System.exit(run(arguments));
  }

  /**
   * Reads the project once and loads aside what a server needs, while the command line is looked
   * at: the second reading takes a quarter of the time. What fails here fails again, and is told,
   * where it is needed.
   */
  private static void headStart(String folder) {
    Thread.ofPlatform()
        .name("head-start")
        .daemon()
        .uncaughtExceptionHandler((_, _) -> {})
        .start(
            () -> {
              try {
                Plans.of(Project.load(Path.of(folder)));
              } finally {
                Node.load();
              }
            });
  }

  static int run(String... arguments) {
    if (arguments.length > 1 && SERVERS.contains(arguments[0])) {
      headStart(arguments[1]);
    }
    var line = new CommandLine(new Imasugu());
    // What a verb's options are is found out by reflection, so only the verb that is called is
    // looked at.
    String called = arguments.length == 0 ? "" : arguments[0];
    VERBS.forEach(
        (name, verb) -> {
          if (name.equals(called) || !VERBS.containsKey(called)) {
            line.addSubcommand(name, verb);
          }
        });
    line.setUsageHelpWidth(HELP_WIDTH);
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, Imasugu::verbs);
    line.setParameterExceptionHandler(
        (mistake, _) -> {
          mistake.getCommandLine().getErr().println("imasugu: " + text(mistake));
          return 2;
        });
    line.setExecutionExceptionHandler(
        (failure, command, _) -> {
          command.getErr().println(command.getColorScheme().errorText("imasugu: " + text(failure)));
          return failure instanceof ConfigException || failure instanceof QueryException ? 2 : 1;
        });
    return line.execute(arguments);
  }

  /** Each verb with the first sentence of what it does. */
  private static String verbs(CommandLine.Help help) {
    var text = new StringBuilder();
    help.subcommands()
        .forEach(
            (name, verb) -> {
              String[] lines = verb.commandSpec().usageMessage().description();
              String sentence = String.join(" ", lines).split("(?<=\\.) ", 2)[0];
              appendWrapped(text, "  %-12s".formatted(name), sentence);
            });
    return text.toString();
  }

  private static void appendWrapped(StringBuilder text, String margin, String sentence) {
    var line = new StringBuilder(margin.stripTrailing());
    for (String word : sentence.split(" ", -1)) {
      if (line.length() + 1 + word.length() > HELP_WIDTH) {
        text.append(line).append(System.lineSeparator());
        line.setLength(0);
      }
      line.repeat(' ', Math.max(1, margin.length() - line.length())).append(word);
    }
    text.append(line).append(System.lineSeparator());
  }

  /** What is wrong with a command, what may have been meant, and where to read on. */
  private static String text(CommandLine.ParameterException mistake) {
    CommandLine command = mistake.getCommandLine();
    var verbs = command.getSubcommands().keySet();
    String wrong =
        mistake instanceof CommandLine.UnmatchedArgumentException unmatched
            ? unmatched.getUnmatched().getFirst()
            : "";
    String text;
    if (wrong.startsWith("-")) {
      text =
          "option: %s (expected: one there is)%s"
              .formatted(
                  wrong, Nearest.advice(wrong, command.getCommandSpec().optionsMap().keySet()));
    } else if (verbs.isEmpty()) {
      text = mistake.getMessage();
    } else {
      text =
          "VERB: %s (expected one of: %s)%s"
              .formatted(
                  wrong.isEmpty() ? "<absent>" : wrong,
                  String.join(", ", verbs),
                  Nearest.advice(wrong, verbs));
    }
    return "%s%n./%s --help says more".formatted(text, command.getCommandSpec().qualifiedName());
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
