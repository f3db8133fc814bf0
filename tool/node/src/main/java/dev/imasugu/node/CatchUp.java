package dev.imasugu.node;

import dev.imasugu.domain.Recommendation;
import dev.imasugu.query.ContinuousQueries;
import dev.imasugu.query.QueryStatus;
import dev.imasugu.query.QueryStatus.State;
import dev.imasugu.store.ProfileCommit.Mark;
import dev.imasugu.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes good what was computed too early, or of what is not live any more. While statistics are
 * still behind the log after a start, lists are computed without them: fresh in what the person
 * did, poor in everything else. Once they have caught up, the owners of those lists are marked
 * dirty, a few at a time so that people who act meanwhile hardly wait.
 */
final class CatchUp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
  private static final Duration LOOK = Duration.ofMillis(100);

  private static final int STRETCH = 1_000;
  private static final int MOST_DIRTY = 40;

  private final Store store;
  private final Supplier<List<QueryStatus>> queries;
  private final long generation;
  private final InstantSource clock;
  private final Instant start;
  private final Thread thread;
  private volatile boolean settled;

  /**
   * Starts.
   *
   * @param generation lists of any other are made again too
   */
  CatchUp(Store store, Supplier<List<QueryStatus>> queries, long generation, InstantSource clock) {
    this.store = store;
    this.queries = queries;
    this.generation = generation;
    this.clock = clock;
    this.start = clock.instant();
    this.thread = Thread.ofPlatform().name("catch-up").daemon().start(this::run);
  }

  /** Whether statistics have caught up since the start and every list computed before is marked. */
  boolean settled() {
    return settled;
  }

  private void run() {
    try {
      while (!statisticsRun()) {
        Thread.sleep(LOOK);
      }
      Thread.sleep(ContinuousQueries.FLUSH);
      int marked = markEarlyOwners(clock.instant());
      if (marked > 0) {
        LOG.info("statistics caught up, lists computed again users={}", marked);
      }
      settled = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("lists computed before statistics had caught up stay as they are", e);
      settled = true;
    }
  }

  private boolean statisticsRun() {
    return queries.get().stream()
        .filter(query -> query.live() && query.kind() == QueryStatus.Kind.STATISTICS)
        .allMatch(
            query ->
                query.state() == State.FAILED
                    || (query.state() == State.RUNNING && query.lagSeconds() < 1));
  }

  private int markEarlyOwners(Instant end) throws InterruptedException {
    int marked = 0;
    @Nullable Recommendation last = null;
    while (true) {
      List<Recommendation> heads = store.recommendations().heads(last, STRETCH);
      if (heads.isEmpty()) {
        return marked;
      }
      last = heads.getLast();
      Set<String> owners = new LinkedHashSet<>();
      for (Recommendation head : heads) {
        boolean early = !head.computedAt().isBefore(start) && head.computedAt().isBefore(end);
        boolean old = head.generation() != generation;
        if ((early || old) && !head.owner().equals(Recommendation.POPULAR)) {
          owners.add(head.owner());
        }
      }
      for (String owner : owners) {
        while (store.dirty().size() >= MOST_DIRTY) {
          Thread.sleep(1);
        }
        store.dirty().mark(List.of(new Mark(owner, "statistics", clock.instant())));
        marked++;
      }
    }
  }

  /** Stops it; a call in progress is guarded by the store. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
