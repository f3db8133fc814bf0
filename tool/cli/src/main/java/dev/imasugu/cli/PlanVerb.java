package dev.imasugu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imasugu plan DIR}. */
@Command(
    name = "plan",
    description = "Shows what an apply of the project's queries would do; does nothing.",
    footer = {"", "Example:   ./imasugu plan shop"})
final class PlanVerb implements Callable<Integer> {
  private static final String FORMAT = "%-9s %-24s %s%n";

  @Parameters(paramLabel = "DIR", description = "The project folder.")
  private Path directory;

  @Option(names = "--prune", description = "As of an apply that drops what has no file.")
  private boolean prune;

  @Override
  public Integer call() {
    printPlan(directory, prune);
    return 0;
  }

  static void printPlan(Path directory, boolean prune) {
    try (Server server = Server.of(directory)) {
      print(server.api().get("/v1/queries/plan?prune=" + prune));
    }
  }

  /** Prints changes; returns whether there are any. */
  static boolean print(JsonNode changes) {
    boolean any = false;
    for (JsonNode change : changes.path("queries")) {
      String action = change.path("action").asText();
      int from = change.path("from").asInt();
      int to = change.path("to").asInt();
      String what =
          switch (action) {
            case "keep" -> "v%d, unchanged, keeps running".formatted(from);
            case "add" -> "new, v%d is built from its start".formatted(to);
            case "replace" -> "v%d is built beside v%d, and takes its place".formatted(to, from);
            case "drop" -> "v%d goes, with its rows".formatted(from);
            case "orphan" -> "v%d keeps running without a file".formatted(from);
            default -> action;
          };
      any |= !action.equals("keep") && !action.equals("orphan");
      System.out.printf(
          FORMAT, action.toUpperCase(Locale.ROOT), change.path("name").asText(), what);
      if (!change.path("note").isNull()) {
        System.out.printf(FORMAT, "", "", "note: " + change.path("note").asText());
      }
    }
    if (!any) {
      System.out.println("no query changes");
    }
    return any;
  }
}
