package dev.imasugu.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code imasugu test}: the launcher runs it, for it must work before anything is built. */
@Command(
    name = "test",
    description = "Builds everything with all checks and runs every test.",
    footer = {"", "Example:   ./imasugu test"})
final class TestVerb implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new IllegalStateException("run it by the launcher: ./imasugu test");
  }
}
