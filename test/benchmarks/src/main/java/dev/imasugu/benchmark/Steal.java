package dev.imasugu.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much of a virtual machine's time its host gave to others since this was made: where it is
 * more than a few per cent, a latency says as much about the host as about the server.
 */
final class Steal {
  private static final int FIRST = 1;
  private static final int STEAL = 8;
  private final long[] before = read();

  /** In per cent of the time of all cores; NaN where the system does not say. */
  double percent() {
    long[] now = read();
    long total = 0;
    for (int i = FIRST; i < now.length; i++) {
      total += now[i] - before[i];
    }
    return now.length <= STEAL || total == 0
        ? Double.NaN
        : 100.0 * (now[STEAL] - before[STEAL]) / total;
  }

  private static long[] read() {
    try (var lines = Files.lines(Path.of("/proc/stat"))) {
      String[] fields = lines.findFirst().orElse("").split(" +", -1);
      var ticks = new long[Math.min(fields.length, STEAL + 1)];
      for (int i = FIRST; i < ticks.length; i++) {
        ticks[i] = Long.parseLong(fields[i]);
      }
      return ticks;
    } catch (IOException e) {
      return new long[0];
    }
  }
}
