package dev.imasugu.cli;

import dev.imasugu.cli.SqlTestFile.Case;
import dev.imasugu.config.ConfigException;
import dev.imasugu.config.Nearest;
import dev.imasugu.config.Project;
import dev.imasugu.node.Plans;
import dev.imasugu.query.QueryPlan;
import dev.imasugu.query.QueryTrial;
import dev.imasugu.query.QueryTrial.Written;
import dev.imasugu.store.FeatureTable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imasugu test-sql DIR}. */
@Command(
    name = "test-sql",
    description = "Runs the cases of sql/tests/*.yaml: events in, rows expected.",
    footer = {"", "Example:   ./imasugu test-sql shop --only item_popularity"})
final class TestSql implements Callable<Integer> {
  private static final String FOLDER = "sql/tests";

  @Parameters(paramLabel = "DIR", description = "The project folder.")
  private Path directory;

  @Option(names = "--only", paramLabel = "NAME", description = "One file, without .yaml.")
  private String only = "";

  @Override
  public Integer call() throws IOException {
    return run(directory, only, System.out) == 0 ? 0 : 1;
  }

  /**
   * Runs the cases of a project.
   *
   * @param only the name of one file, or empty for all
   * @return how many failed
   */
  static int run(Path directory, String only, PrintStream out) throws IOException {
    Project project = Project.load(directory);
    QueryPlan plan = Plans.of(project);
    List<SqlTestFile> files = files(project, only);
    int passed = 0;
    int failed = 0;
    long began = System.nanoTime();
    Path temporary = Files.createTempDirectory("imasugu-test-sql-");
    try (QueryTrial.Bench bench = QueryTrial.Bench.start(temporary)) {
      for (SqlTestFile file : files) {
        try (QueryTrial trial = bench.plan(plan, queries(plan, file))) {
          for (Case one : file.cases()) {
            long start = System.nanoTime();
            List<String> differences = differences(plan, trial, one);
            long millis = (System.nanoTime() - start) / 1_000_000;
            boolean good = differences.isEmpty();
            out.printf(
                "%s  %s: %s (%d ms)%n", good ? "ok  " : "FAIL", file.path(), one.name(), millis);
            differences.forEach(line -> out.println("        " + line));
            passed += good ? 1 : 0;
            failed += good ? 0 : 1;
          }
        }
      }
    } finally {
      delete(temporary);
    }
    out.printf("%d passed, %d failed, %.1f s%n", passed, failed, (System.nanoTime() - began) / 1e9);
    return failed;
  }

  private static List<SqlTestFile> files(Project project, String only) throws IOException {
    Path folder = project.directory().resolve(FOLDER);
    var names = new TreeSet<String>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> inside = Files.list(folder)) {
        inside
            .map(path -> String.valueOf(path.getFileName()))
            .filter(name -> name.endsWith(".yaml"))
            .forEach(name -> names.add(name.substring(0, name.length() - ".yaml".length())));
      }
    }
    if (names.isEmpty()) {
      throw new ConfigException(
          "%s: no %s/*.yaml (expected: at least one file of cases)"
              .formatted(project.directory(), FOLDER));
    }
    if (!only.isEmpty() && !names.contains(only)) {
      throw new ConfigException(
          "--only: %s (expected one of: %s)%s"
              .formatted(only, String.join(", ", names), Nearest.advice(only, names)));
    }
    var files = new ArrayList<SqlTestFile>();
    for (String name : only.isEmpty() ? names : Set.of(only)) {
      files.add(
          SqlTestFile.parse(
              FOLDER + "/" + name + ".yaml",
              Files.readString(folder.resolve(name + ".yaml")),
              project.config().eventTypes()));
    }
    return files;
  }

  /** The queries whose tables a file asks for; those that trigger too, when it asks for that. */
  private static Set<String> queries(QueryPlan plan, SqlTestFile file) {
    var names = new TreeSet<String>();
    for (Case one : file.cases()) {
      for (var table : one.rows().entrySet()) {
        if (plan.table(table.getKey()) == null) {
          List<String> known = plan.tables().stream().map(FeatureTable::name).toList();
          throw new ConfigException(
              "Unknown table %s in %s (expected one of: %s).%s"
                  .formatted(
                      table.getKey(),
                      table.getValue().place(),
                      String.join(", ", known),
                      Nearest.advice(table.getKey(), known)));
        }
        names.add(table.getKey());
      }
    }
    if (file.asksForTriggers()) {
      names.addAll(plan.triggering());
    }
    return names;
  }

  private static List<String> differences(QueryPlan plan, QueryTrial trial, Case one) {
    Written written;
    try {
      written = trial.run(one.records());
    } catch (IllegalStateException e) {
      return List.of("a query failed: " + e.getMessage());
    }
    var all = new ArrayList<String>();
    one.rows()
        .forEach(
            (table, expected) ->
                new ExpectedRows(
                        plan.existing(table), written.rows().getOrDefault(table, List.of()))
                    .compare(expected)
                    .forEach(line -> all.add(table + ", " + line)));
    Map<String, String> triggers = one.triggers();
    if (triggers != null && !triggers.equals(written.triggers())) {
      all.add("triggers: %s (expected: %s)".formatted(written.triggers(), triggers));
    }
    return all;
  }

  private static void delete(Path folder) {
    try (Stream<Path> inside = Files.walk(folder)) {
      for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
