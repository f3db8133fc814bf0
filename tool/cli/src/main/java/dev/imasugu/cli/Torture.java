package dev.imasugu.cli;

import dev.imasugu.benchmark.Benchmarks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** {@code imasugu torture NAME}. */
@Command(
    name = "torture",
    description =
        "Breaks things on purpose and checks that nothing is lost. Names: apply, input, kill, replay.",
    footer = {"", "Example:   ./imasugu torture kill --rounds 20"})
final class Torture implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "What to break.")
  private String name;

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    return Benchmarks.run(name, arguments);
  }
}
