package dev.imasugu.log;

import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps native memory from use after it is freed: any number of calls hold the guard at once,
 * closing waits for them and turns later ones away. A thread that holds it may enter again.
 */
final class NativeGuard {
  /** One call in progress. */
  interface Call extends AutoCloseable {
    @Override
    void close();
  }

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Call call = lock.readLock()::unlock;
  private final String name;
  private boolean closed;

  /** Makes an open guard of the thing with this name. */
  NativeGuard(String name) {
    this.name = name;
  }

  /**
   * Begins a call; close what is returned at its end, on the same thread.
   *
   * @throws IllegalStateException if the thing is closed
   */
  Call enter() {
    lock.readLock().lock();
    if (closed) {
      lock.readLock().unlock();
      throw new IllegalStateException(name + " is closed");
    }
    return call;
  }

  /** Begins and ends a call around an action, or does nothing if the thing is closed. */
  void ifOpen(Runnable action) {
    lock.readLock().lock();
    try {
      if (!closed) {
        action.run();
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Waits for the calls in progress and lets none begin while an action runs. Not from inside a
   * call.
   *
   * @throws IllegalStateException if the thing is closed
   */
  void alone(Runnable action) {
    lock.writeLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException(name + " is closed");
      }
      action.run();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Waits for the calls in progress, then frees, once. Not from inside a call. */
  void close(Runnable free) {
    if (lock.getReadHoldCount() > 0) {
      throw new IllegalStateException(name + " cannot be closed from inside a call to it");
    }
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        free.run();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
