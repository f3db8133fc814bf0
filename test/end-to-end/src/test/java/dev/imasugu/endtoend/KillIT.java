package dev.imasugu.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.benchmark.Benchmarks;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A few rounds of {@code imasugu torture kill}, with a server in a process of its own: killed at a
 * checkpoint, at its start, and while items are written.
 */
class KillIT {
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void kill_threeRounds_losesNothingAndCountsNothingTwice() {
    String before = System.getProperty("imasugu.root");
    System.setProperty("imasugu.root", Path.of("../..").toAbsolutePath().normalize().toString());
    try {
      int exit = Benchmarks.run("kill", List.of("--rounds", "2", "--seconds-per-round", "2"));
      assertThat(exit).as("see the lines with VIOLATION above").isZero();
    } finally {
      if (before == null) {
        System.clearProperty("imasugu.root");
      } else {
        System.setProperty("imasugu.root", before);
      }
    }
  }
}
