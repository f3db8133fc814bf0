package dev.imasugu.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits to be written, and what is being written: both count for the bounds. Safe for many
 * threads, with one that takes.
 */
final class AppendQueue {
  /** A group is closed when it is this large, so that its first batch need not wait for long. */
  private static final long GROUP_BYTES = 4 << 20;

  private final long maxBytes;
  private final int maxBatches;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<LogRequest> waiting = new ArrayDeque<>();
  private long bytes;
  private int batches;
  private boolean closed;

  AppendQueue(long maxBytes, int maxBatches) {
    this.maxBytes = maxBytes;
    this.maxBatches = maxBatches;
  }

  /**
   * Adds a request. A batch larger than the whole queue is let in when it is empty.
   *
   * @throws LogBusyException if an append does not fit; the others always do
   * @throws IllegalStateException if closed
   */
  void add(LogRequest request) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the log is closed");
      }
      boolean full = batches >= maxBatches || bytes + request.sizeBytes() > maxBytes;
      if (request instanceof LogRequest.Append && batches > 0 && full) {
        throw new LogBusyException(
            "append queue: %d batches of %d bytes, and %d bytes more (expected: at most %d and %d)"
                .formatted(batches, bytes, request.sizeBytes(), maxBatches, maxBytes));
      }
      waiting.add(request);
      batches++;
      bytes += request.sizeBytes();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for requests and returns the oldest, as many as make a group; none when closed. */
  List<LogRequest> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      var group = new ArrayList<LogRequest>();
      long groupBytes = 0;
      while (!waiting.isEmpty() && groupBytes < GROUP_BYTES) {
        LogRequest next = waiting.remove();
        group.add(next);
        groupBytes += next.sizeBytes();
      }
      return group;
    } finally {
      lock.unlock();
    }
  }

  /** Frees the room of requests that were taken. */
  void release(List<LogRequest> group) {
    lock.lock();
    try {
      batches -= group.size();
      for (LogRequest request : group) {
        bytes -= request.sizeBytes();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets nothing more in; what waits can still be taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }
}
