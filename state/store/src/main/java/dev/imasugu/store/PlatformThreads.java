package dev.imasugu.store;

/** Keeps writes off virtual threads, whose carriers a native write would pin. */
final class PlatformThreads {
  private PlatformThreads() {}

  /**
   * Returns if the calling thread may write.
   *
   * @throws IllegalStateException if it is a virtual thread
   */
  static void check() {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException(
          "thread: a virtual one (expected: a platform thread; hand writes to an executor of"
              + " platform threads)");
    }
  }
}
