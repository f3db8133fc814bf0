package dev.imasugu.serve;

import dev.imasugu.domain.AsOf;
import dev.imasugu.store.Store;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/*
 * A user's list can become new enough in three ways, and each wakes the user's waiters to look again:
 * a list is stored, a dirty mark is removed, or the progress of the user's partition passes the event
 * while the user is not dirty (no query made a row of it). For the last one waiters are also kept by
 * position, so that a commit looks only at those it has just passed.
 */

/** Requests that wait for a list at least as new as an event. Bounded; safe for many threads. */
final class Waiters {
  private static final class Waiter {
    final CompletableFuture<Void> look = new CompletableFuture<>();
    volatile boolean dismissed;
  }

  private record Place(long position, long sequence) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byPosition = Long.compare(position, other.position);
      return byPosition != 0 ? byPosition : Long.compare(sequence, other.sequence);
    }
  }

  private final int limit;
  private final ToIntFunction<String> partition;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong sequence = new AtomicLong();
  private final Map<String, Set<Waiter>> byUser = new ConcurrentHashMap<>();
  private final Map<Integer, ConcurrentSkipListMap<Place, Waiter>> byPosition =
      new ConcurrentHashMap<>();

  /**
   * Makes them.
   *
   * @param live what is served now
   */
  Waiters(Store store, Supplier<ServeSettings> live) {
    this.limit = live.get().maxWaiters();
    this.partition = live.get().partition();
    store.recommendations().onPut(list -> wake(list.owner()));
    store.dirty().onClean(this::wake);
    store.erasures().onErase(this::dismiss);
    store
        .features()
        .onCommit(
            (version, committed) -> {
              if (version.equals(live.get().profileVersion())) {
                int number = Math.toIntExact(committed);
                wakePassed(number, store.features().progress(version, number));
              }
            });
  }

  int waiting() {
    return waiting.get();
  }

  /** One request's place among the waiters. */
  final class Ticket implements AutoCloseable {
    private final String user;
    private final Map<Integer, Place> places = new HashMap<>();
    private volatile Waiter waiter = new Waiter();

    private Ticket(String user, AsOf token) {
      this.user = user;
      long number = sequence.incrementAndGet();
      places.put(partition.applyAsInt(user), new Place(0, number));
      token
          .positions()
          .forEach((partition, position) -> places.put(partition, new Place(position, number)));
    }

    /** Whether there is nothing to wait for any more: the user was erased. */
    boolean isDismissed() {
      return waiter.dismissed;
    }

    /**
     * Returns a future that completes when it is worth looking again. Take it first, then look,
     * then wait for it.
     */
    CompletableFuture<Void> nextLook() {
      Waiter next = new Waiter();
      next.dismissed = waiter.dismissed;
      remove(waiter);
      waiter = next;
      byUser.compute(
          user,
          (_, waiters) -> {
            Set<Waiter> set = waiters == null ? ConcurrentHashMap.newKeySet() : waiters;
            set.add(next);
            return set;
          });
      places.forEach((partition, place) -> positions(partition).put(place, next));
      return next.look;
    }

    private void remove(Waiter old) {
      byUser.computeIfPresent(
          user,
          (_, waiters) -> {
            waiters.remove(old);
            return waiters.isEmpty() ? null : waiters;
          });
      places.forEach((partition, place) -> positions(partition).remove(place, old));
    }

    @Override
    public void close() {
      remove(waiter);
      waiting.decrementAndGet();
    }
  }

  /** Returns a ticket, or null when the bound is reached. */
  @Nullable Ticket enter(String user, AsOf token) {
    if (waiting.incrementAndGet() > limit) {
      waiting.decrementAndGet();
      return null;
    }
    return new Ticket(user, token);
  }

  private ConcurrentSkipListMap<Place, Waiter> positions(int number) {
    return byPosition.computeIfAbsent(number, _ -> new ConcurrentSkipListMap<>());
  }

  private void wake(String user) {
    if (byUser.isEmpty()) {
      return;
    }
    Set<Waiter> waiters = byUser.get(user);
    if (waiters != null) {
      waiters.forEach(waiter -> waiter.look.completeAsync(() -> null));
    }
  }

  /** Lets go whoever waits for a user's list. */
  private void dismiss(String user) {
    Set<Waiter> waiters = byUser.getOrDefault(user, Set.of());
    waiters.forEach(waiter -> waiter.dismissed = true);
    wake(user);
  }

  private void wakePassed(int number, long progress) {
    ConcurrentSkipListMap<Place, Waiter> waiters = byPosition.get(number);
    if (waiters == null) {
      return;
    }
    while (true) {
      var first = waiters.firstEntry();
      if (first == null || first.getKey().position > progress) {
        return;
      }
      waiters.remove(first.getKey(), first.getValue());
      first.getValue().look.completeAsync(() -> null);
    }
  }
}
