package dev.imasugu.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code imasugu compact DIR}. */
@Command(
    name = "compact",
    description = {
      "Rewrites log, store and checkpoints, so that no byte is left of people who were erased. After",
      "an erasure the statistics are made anew from the log, so choose a quiet hour."
    },
    footer = {"", "Example:   ./imasugu compact shop"})
final class Compact implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The project folder.")
  private Path directory;

  @Override
  public Integer call() {
    long start = System.nanoTime();
    try (Server server = Server.of(directory)) {
      server.api().send("POST", "/v1/compact", "");
    }
    System.out.printf("compacted in %.1f s%n", (System.nanoTime() - start) / 1e9);
    return 0;
  }
}
