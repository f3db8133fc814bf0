package dev.imasugu.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code imasugu test}: the launcher runs it, for it must work before anything is built. */
@Command(
    name = "test",
    description = {
      "Builds everything with all checks and runs every test. With --browser as the first argument it",
      "runs the tests of the pages instead, in a Chromium, which is installed where apt may do so."
    },
    footer = {"", "Example:   ./imasugu test", "           ./imasugu test --browser"})
final class TestVerb implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new IllegalStateException("run it by the launcher: ./imasugu test");
  }
}
