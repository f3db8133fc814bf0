package dev.imasugu.cli;

import dev.imasugu.config.Project;
import dev.imasugu.node.Plans;
import dev.imasugu.query.QueryCheck;
import dev.imasugu.query.QueryPlan;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.TableKind;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code imasugu check DIR}. */
@Command(
    name = "check",
    description = "Checks every file of a project and plans its SQL; starts nothing.",
    footer = {"", "Example:   ./imasugu check shop"})
final class Check implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The project folder.")
  private Path directory;

  @Override
  public Integer call() {
    Project project = Project.load(directory);
    QueryPlan plan = Plans.of(project);
    for (QueryCheck query : plan.check()) {
      FeatureTable table = plan.table(query.name());
      System.out.printf(
          "query      %-20s %-24s %s%n",
          query.name(),
          table == null ? query.kind().name().toLowerCase(Locale.ROOT) : kind(table.kind()),
          query.reason());
    }
    plan.functions()
        .own()
        .forEach(
            function ->
                System.out.printf("function   %-20s %s%n", function.name(), function.jar()));
    project.placements().keySet().stream()
        .sorted()
        .forEach(placement -> System.out.printf("placement  %s%n", placement));
    System.out.printf("%s is as it should be%n", directory);
    return 0;
  }

  private static String kind(TableKind kind) {
    return switch (kind) {
      case TableKind.Recent(int limit, String by) ->
          "profile, recent %d by %s".formatted(limit, by);
      case TableKind.Latest() -> "profile, latest";
      case TableKind.Statistics() -> "statistics";
    };
  }
}
