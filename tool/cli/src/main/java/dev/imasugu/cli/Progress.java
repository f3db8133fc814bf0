package dev.imasugu.cli;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * A line that shows how far long work is: bar, share, rate and time left. Drawn at most ten times a
 * second; on something that is no terminal a new line every five seconds. For one thread.
 */
final class Progress {
  private static final int WIDTH = 24;

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private final String what;
  private final long total;
  private final long start;
  private long drawn;

  Progress(String what, long total) {
    this(System.err, isTerminal(), System::nanoTime, what, total);
  }

  @SuppressWarnings("SystemConsoleNull") // both are asked, for both JDK lines
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  Progress(PrintStream out, boolean terminal, LongSupplier nanoTime, String what, long total) {
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.what = what;
    this.total = Math.max(total, 1);
    this.start = nanoTime.getAsLong();
    this.drawn = start;
  }

  void at(long done) {
    long now = nanoTime.getAsLong();
    if (now - drawn >= (terminal ? 100_000_000L : 5_000_000_000L)) {
      drawn = now;
      draw(done, now, terminal ? "\r" : "\n");
    }
  }

  void done(long done) {
    draw(done, nanoTime.getAsLong(), "\n");
  }

  private void draw(long done, long now, String end) {
    double seconds = Math.max(1e-3, (now - start) / 1e9);
    double rate = done / seconds;
    double share = Math.clamp((double) done / total, 0, 1);
    String left =
        rate > 0 && done < total
            ? ", " + text(Duration.ofSeconds(Math.round((total - done) / rate))) + " left"
            : ", took " + text(Duration.ofMillis(Math.round(seconds * 1000)));
    int filled = (int) Math.round(share * WIDTH);
    out.printf(
        Locale.ROOT,
        "%s%-18s [%s%s] %3.0f %%  %,d of %,d  %,.0f/s%s   %s",
        terminal ? "\r" : "",
        what,
        "=".repeat(filled),
        " ".repeat(WIDTH - filled),
        100 * share,
        done,
        total,
        rate,
        left,
        end);
    out.flush();
  }

  private static String text(Duration duration) {
    return duration.toMinutes() > 0
        ? "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart())
        : duration.toSeconds() >= 10
            ? duration.toSeconds() + " s"
            : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
  }
}
