package dev.imasugu.cli;

import dev.imasugu.benchmark.Benchmarks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** {@code imasugu bench NAME}. */
@Command(
    name = "bench",
    description =
        "Measures; the last line is one JSON object. Names: freshness, ingest,"
            + " next-click, reads-your-writes, serve, sql, users, vectors, windows.",
    footer = {"", "Example:   ./imasugu bench freshness --rate 1000 --seconds 60"})
final class Bench implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "What to measure.")
  private String name;

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    return Benchmarks.run(name, arguments);
  }
}
