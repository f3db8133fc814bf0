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
      Map.ofEntries(
          Map.entry("apply", ApplyTorture::new),
          Map.entry("freshness", Freshness::new),
          Map.entry("ingest", IngestBench::new),
          Map.entry("input", InputTorture::new),
          Map.entry("kill", KillTorture::new),
          Map.entry("next-click", NextClick::new),
          Map.entry("reads-your-writes", ReadsYourWrites::new),
          Map.entry("replay", ReplayTorture::new),
          Map.entry("serve", ServeBench::new),
          Map.entry("sql", SqlBench::new),
          Map.entry("users", UsersBench::new),
          Map.entry("windows", WindowsBench::new));

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
