package dev.imasugu.benchmark;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;

/** Every measurement and torture by its name on the command line. */
public final class Benchmarks {
  private static final Map<String, Supplier<Callable<Integer>>> BY_NAME =
      Map.of(
          "apply", ApplyTorture::new,
          "freshness", Freshness::new,
          "ingest", IngestBench::new,
          "input", InputTorture::new,
          "kill", KillTorture::new,
          "reads-your-writes", ReadsYourWrites::new,
          "serve", ServeBench::new,
          "sql", SqlBench::new,
          "users", UsersBench::new,
          "windows", WindowsBench::new);

  private Benchmarks() {}

  /**
   * Runs one.
   *
   * @return the exit code: 0 when what was measured is as it should be
   * @throws IllegalArgumentException if there is none of this name
   */
  public static int run(String name, List<String> arguments) {
    Supplier<Callable<Integer>> chosen = BY_NAME.get(name);
    if (chosen == null) {
      throw new IllegalArgumentException(
          "name: %s (expected one of: %s)"
              .formatted(name, String.join(", ", new TreeMap<>(BY_NAME).keySet())));
    }
    return new CommandLine(chosen.get()).execute(arguments.toArray(String[]::new));
  }
}
