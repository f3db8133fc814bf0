package dev.imasugu.benchmark.vectors;

/** One line on standard error that says how far a long step is: percent, rate and time left. */
final class Progress {
  private static final long NANOS_BETWEEN_LINES = 2_000_000_000L;

  private final String what;
  private final long total;
  private final long start = System.nanoTime();
  private long done;
  private long printed = start;

  Progress(String what, long total) {
    this.what = what;
    this.total = total;
  }

  synchronized void step(long more) {
    done += more;
    long now = System.nanoTime();
    if (now - printed > NANOS_BETWEEN_LINES) {
      printed = now;
      print(now);
    }
  }

  synchronized void end() {
    print(System.nanoTime());
    System.err.println();
  }

  private void print(long now) {
    double rate = done / ((now - start) / 1e9);
    int filled = (int) (20 * done / Math.max(1, total));
    System.err.printf(
        "\r%-24s [%s%s] %3d%% %,d/%,d %,.0f/s %ds left   ",
        what,
        "#".repeat(filled),
        ".".repeat(20 - filled),
        100 * done / Math.max(1, total),
        done,
        total,
        rate,
        (long) ((total - done) / Math.max(rate, 1e-9)));
  }
}
