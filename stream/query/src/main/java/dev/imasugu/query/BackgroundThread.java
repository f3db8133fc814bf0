package dev.imasugu.query;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A list must follow an event within milliseconds; a statistic may follow later. When the cores are
 * full, the scheduler shares them evenly between the two, unless it is told. Java's own priorities
 * are ignored on Linux, where a thread has a nice value of its own.
 */

/** Lets the calling thread step back behind those that people wait for, when the cores are full. */
final class BackgroundThread {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundThread.class);
  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;
  private static final int NICE = 10;

  @SuppressWarnings("restricted") // the launcher enables native access
  private static final Optional<MethodHandle> SETPRIORITY =
      System.getProperty("os.name").equals("Linux")
          ? Linker.nativeLinker()
              .defaultLookup()
              .find("setpriority")
              .map(
                  function ->
                      Linker.nativeLinker()
                          .downcallHandle(
                              function,
                              FunctionDescriptor.of(
                                  ValueLayout.JAVA_INT,
                                  ValueLayout.JAVA_INT,
                                  ValueLayout.JAVA_INT,
                                  ValueLayout.JAVA_INT)))
          : Optional.empty();

  private BackgroundThread() {}

  /** Does nothing where the system knows no such thing. */
  static void begin() {
    SETPRIORITY.ifPresent(
        function -> {
          try {
            int _ = (int) function.invokeExact(PRIO_PROCESS, CALLING_THREAD, NICE);
          } catch (Throwable e) {
            LOG.debug("no nice value cause={}", e.toString());
          }
        });
  }
}
