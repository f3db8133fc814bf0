package dev.imasugu.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import org.apache.flink.runtime.execution.CancelTaskException;

/** What lies behind the many layers of an engine's failure. */
final class Causes {
  /** Whose message says all. */
  private static final Set<Class<?>> SPEAKING =
      Set.of(
          ArithmeticException.class, IllegalStateException.class, IllegalArgumentException.class);

  private Causes() {}

  /** The first cause, in words: Flink wraps it many times. */
  static String plain(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String name = cause.getClass().getSimpleName();
    String message = cause.getMessage();
    if (message == null) {
      return name;
    }
    return SPEAKING.contains(cause.getClass()) ? message : name + ": " + message;
  }

  /** Whether a query failed on its row, and not the process, its disk or its engine. */
  static boolean isOfTheRow(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Error
          || cause instanceof InterruptedException
          || cause instanceof CancelTaskException
          || cause instanceof IOException
          || cause instanceof UncheckedIOException) {
        return false;
      }
    }
    return true;
  }
}
