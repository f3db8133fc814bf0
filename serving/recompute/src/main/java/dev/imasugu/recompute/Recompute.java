package dev.imasugu.recompute;

import dev.imasugu.domain.Recommendation;
import dev.imasugu.retrieve.Retriever;
import dev.imasugu.store.DirtyUser;
import dev.imasugu.store.Store;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Why a list never misses an event it claims to have seen. A worker takes a dirty user with the stamp
 * of the newest mark, then reads the progress of the user's partition, then the rows. A commit writes
 * rows, progress and mark at once, so the rows hold at least every event up to that progress: the asOf
 * is true. The mark is removed only if its stamp is still the one taken; a commit that came in between
 * has raised it, and the user is taken again. So whoever is not dirty has a list of every event that
 * was committed, and serving may raise its asOf to the progress of the partition.
 */

/**
 * Keeps the lists of dirty users up to date until it is closed, on platform threads of its own. A
 * user whose computation fails stays dirty and is tried again; the others go on. While profiles lag
 * behind their events it leaves most of its time to them: events of one user are then put together
 * in the dirty set, and one list is made of them.
 */
public final class Recompute implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Recompute.class);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long TAKE_MILLIS = 200;
  private static final Duration BACK_OFF = Duration.ofMillis(200);

  private final Store store;
  private final RecomputeSettings settings;
  private final InstantSource clock;
  private final UserLists making;
  private final Counter stored;
  private final Counter failures;
  private final Timer freshness;
  private final Timer computing;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private volatile Deployed live;
  private volatile boolean closed;

  private Recompute(
      Store store,
      Deployed live,
      RecomputeSettings settings,
      InstantSource clock,
      MeterRegistry metrics) {
    this.store = store;
    this.live = live;
    this.settings = settings;
    this.clock = clock;
    this.making = new UserLists(store, settings.partition(), clock);
    this.stored = metrics.counter("imasugu.recompute.lists");
    this.failures = metrics.counter("imasugu.recompute.failures");
    this.computing =
        Timer.builder("imasugu.recompute.user")
            .description("computing all lists of one user")
            .publishPercentileHistogram()
            .register(metrics);
    this.freshness =
        Timer.builder("imasugu.freshness")
            .description("event received until every list that reflects it is readable")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofMinutes(1))
            .register(metrics);
    metrics.gauge("imasugu.dirty.users", store.dirty(), dirty -> (double) dirty.size());
    metrics.gauge("imasugu.recompute.cpu.seconds", this, Recompute::cpuSeconds);
  }

  /** CPU time of all its threads so far. */
  private double cpuSeconds() {
    return threads.stream().mapToLong(thread -> THREADS.getThreadCpuTime(thread.threadId())).sum()
        / 1e9;
  }

  /** Starts the threads; popular lists are stored before this returns. */
  public static Recompute start(
      Store store,
      Deployed live,
      RecomputeSettings settings,
      InstantSource clock,
      MeterRegistry metrics) {
    var recompute = new Recompute(store, live, settings, clock, metrics);
    live.retriever().refreshPopular();
    recompute.storePopular();
    for (int i = 0; i < settings.workers(); i++) {
      recompute.run("recompute-" + i, recompute::work);
    }
    recompute.run("popular", recompute::refreshPopular);
    return recompute;
  }

  /**
   * Makes lists of something else from now on; popular lists are stored before this returns. Lists
   * in work are finished as they were begun, and are older than those of the new generation.
   */
  public void deploy(Deployed next) {
    next.retriever().refreshPopular();
    live = next;
    storePopular();
  }

  private void run(String name, Runnable loop) {
    threads.add(Thread.ofPlatform().name(name).daemon().start(loop));
  }

  private void work() {
    var scratch = new Retriever.Scratch();
    try {
      while (!closed) {
        List<DirtyUser> users = store.dirty().take(settings.batch(), TAKE_MILLIS);
        long began = System.nanoTime();
        if (!users.isEmpty() && !recompute(users, scratch)) {
          Thread.sleep(BACK_OFF);
        } else {
          TimeUnit.NANOSECONDS.sleep(settings.rest().applyAsLong(System.nanoTime() - began));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!closed) {
        LOG.error("recompute stopped", e);
      }
    }
  }

  /** Returns whether all went well; whoever failed is dirty still. */
  private boolean recompute(List<DirtyUser> users, Retriever.Scratch scratch) {
    var lists = new ArrayList<Recommendation>();
    var done = new ArrayList<DirtyUser>();
    var failed = new ArrayList<DirtyUser>();
    Deployed deployed = live;
    for (DirtyUser user : users) {
      try {
        computing.record(() -> lists.addAll(making.compute(deployed, user, scratch)));
        done.add(user);
      } catch (RuntimeException e) {
        failures.increment();
        LOG.error("recompute of a user failed", e);
        failed.add(user);
      }
    }
    try {
      store.recommendations().put(lists);
      stored.increment(lists.size());
      store.dirty().clean(done);
    } catch (RuntimeException e) {
      failures.increment();
      LOG.error("lists not stored count={}", lists.size(), e);
      store.dirty().giveBack(users);
      return false;
    }
    long now = clock.millis();
    for (DirtyUser user : done) {
      long millis = Math.max(0, now - user.since().toEpochMilli());
      freshness.record(millis, TimeUnit.MILLISECONDS);
    }
    store.dirty().giveBack(failed);
    return failed.isEmpty();
  }

  private void refreshPopular() {
    try {
      while (!closed) {
        Thread.sleep(settings.popularEvery());
        try {
          if (live.retriever().refreshPopular()) {
            storePopular();
          }
        } catch (RuntimeException e) {
          if (!closed) {
            LOG.error("popular lists not stored", e);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void storePopular() {
    store.recommendations().put(making.popular(live));
  }

  /** Stops taking users and waits for those in work. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    threads.get(threads.size() - 1).interrupt();
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
