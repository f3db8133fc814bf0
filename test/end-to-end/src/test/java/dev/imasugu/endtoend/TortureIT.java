package dev.imasugu.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.benchmark.Benchmarks;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Short rounds of {@code imasugu torture}, with a server in a process of its own. */
class TortureIT {
  private static final String ROOT = "imasugu.root";
  private @Nullable String before;

  @BeforeEach
  void root() {
    before = System.getProperty(ROOT);
    System.setProperty(ROOT, Path.of("../..").toAbsolutePath().normalize().toString());
  }

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(ROOT);
    } else {
      System.setProperty(ROOT, before);
    }
  }

  /** Killed at a checkpoint and at its start. */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void kill_twoRounds_losesNothingAndCountsNothingTwice() {
    int exit = Benchmarks.run("kill", List.of("--rounds", "2", "--seconds-per-round", "2"));
    assertThat(exit).as("see the lines with VIOLATION above").isZero();
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void replay_eventsSentLive_givesTheSameLists() {
    int exit =
        Benchmarks.run("replay", List.of("--events", "2000", "--users", "200", "--items", "150"));
    assertThat(exit).as("see the lists above that differ").isZero();
  }
}
