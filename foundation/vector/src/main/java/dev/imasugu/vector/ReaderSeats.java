package dev.imasugu.vector;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;

/*
 * Who is reading, so that the writer knows when memory may be reused (epoch-based reclamation, Fraser 2004).
 *
 * A reader takes a seat with one compare-and-set, writing down the epoch, and stands up with one store. The
 * writer takes something out of sight, starts a new epoch, and may reuse it when nobody sits there from
 * that epoch or an earlier one. Readers never wait for the writer. A seat also keeps a reader's working memory,
 * so this is bounded by the number of searches that ever ran at once.
 */
final class ReaderSeats<T> {
  private static final int SEATS = 256;
  private static final long EMPTY = Long.MAX_VALUE;
  private static final VarHandle SINCE;

  static {
    try {
      SINCE = MethodHandles.lookup().findVarHandle(Seat.class, "since", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** A place for one reader; stand up by closing it. */
  static final class Seat<T> implements AutoCloseable {
    private volatile long since = EMPTY;
    private final Supplier<T> furnish;
    private @org.jspecify.annotations.Nullable T desk;

    private Seat(Supplier<T> furnish) {
      this.furnish = furnish;
    }

    T desk() {
      T known = desk;
      if (known == null) {
        known = furnish.get();
        desk = known;
      }
      return known;
    }

    @Override
    public void close() {
      since = EMPTY;
    }
  }

  private final Seat<T>[] seats;
  private volatile long epoch;
  private volatile boolean closed;

  @SuppressWarnings({"unchecked", "rawtypes"})
  ReaderSeats(Supplier<T> furnish) {
    seats = new Seat[SEATS];
    for (int i = 0; i < SEATS; i++) {
      seats[i] = new Seat<>(furnish);
    }
  }

  Seat<T> sit() {
    int start = (int) (Thread.currentThread().threadId() * 7) & (SEATS - 1);
    for (int i = start; ; i = (i + 1) & (SEATS - 1)) {
      Seat<T> seat = seats[i];
      if (seat.since == EMPTY && SINCE.compareAndSet(seat, EMPTY, epoch)) {
        if (closed) {
          seat.close();
          throw new IllegalStateException("index: closed (expected: open)");
        }
        return seat;
      }
      if (((i + 1) & (SEATS - 1)) == start) {
        Thread.onSpinWait();
      }
    }
  }

  /** Starts a new epoch and returns the one that ended. Only the writer calls this. */
  long turn() {
    long ended = epoch;
    epoch = ended + 1;
    return ended;
  }

  /** Whether every reader of that epoch and earlier ones has left. */
  boolean haveLeft(long ended) {
    for (Seat<T> seat : seats) {
      if (seat.since <= ended) {
        return false;
      }
    }
    return true;
  }

  boolean isClosed() {
    return closed;
  }

  /** Lets nobody in any more and waits for those inside. Returns false if that was done before. */
  boolean close() {
    if (closed) {
      return false;
    }
    closed = true;
    while (!haveLeft(EMPTY - 1)) {
      Thread.onSpinWait();
    }
    return true;
  }
}
