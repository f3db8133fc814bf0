package dev.imasugu.recompute;

import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.Recommendation;
import dev.imasugu.domain.UserId;
import dev.imasugu.retrieve.Profile;
import dev.imasugu.retrieve.Retrieved;
import dev.imasugu.retrieve.Retriever;
import dev.imasugu.store.DirtyUser;
import dev.imasugu.store.Store;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
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
 * user whose computation fails stays dirty and is tried again; the others go on.
 */
public final class Recompute implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Recompute.class);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long TAKE_MILLIS = 200;
  private static final Duration BACK_OFF = Duration.ofMillis(200);

  private final Store store;
  private final RecomputeSettings settings;
  private final InstantSource clock;
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
        if (!users.isEmpty() && !recompute(users, scratch)) {
          Thread.sleep(BACK_OFF);
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
        computing.record(() -> lists.addAll(compute(deployed, user, scratch)));
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

  /**
   * The user's lists; none for a user without a single profile row, who is served what is popular.
   */
  private List<Recommendation> compute(Deployed live, DirtyUser user, Retriever.Scratch scratch) {
    List<String> owners = owners(user.user());
    AsOf asOf = asOf(live, user.user(), owners);
    Retriever retriever = live.retriever();
    Profile profile = retriever.profile(owners);
    Instant now = Instant.ofEpochMilli(clock.millis());
    var lists = new ArrayList<Recommendation>();
    for (String placement : retriever.placements()) {
      Retrieved retrieved = retriever.retrieve(placement, profile, scratch);
      lists.add(
          new Recommendation(
              placement,
              user.user(),
              live.generation(),
              asOf,
              user.stamp(),
              now,
              retrieved.items(),
              retrieved.missingSources()));
    }
    return profile.isEmpty() ? List.of() : lists;
  }

  /** The user, then the anonymous ids that belong to them. */
  private List<String> owners(String user) {
    List<String> anonymous = store.identities().of(user);
    if (anonymous.isEmpty()) {
      return List.of(user);
    }
    var owners = new ArrayList<String>();
    owners.add(user);
    anonymous.forEach(id -> owners.add(UserId.anonymous(id).value()));
    return owners;
  }

  /**
   * The progress of every partition that the owners' events lie in. A partition that the stored
   * list has is kept when its anonymous id belongs to somebody else now: no event of it is missing.
   */
  private AsOf asOf(Deployed live, String user, List<String> owners) {
    var partitions = new TreeSet<Integer>();
    owners.forEach(owner -> partitions.add(settings.partition().applyAsInt(owner)));
    if (store.identities().everLinked(user)) {
      for (String placement : live.retriever().placements()) {
        AsOf stored = store.recommendations().findAsOf(placement, user);
        if (stored != null) {
          partitions.addAll(stored.positions().keySet());
        }
      }
    }
    var positions = new TreeMap<Integer, Long>();
    for (int partition : partitions) {
      positions.put(partition, store.features().progress(live.profileVersion(), partition));
    }
    return new AsOf(positions);
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
    Deployed live = this.live;
    Retriever retriever = live.retriever();
    Instant now = Instant.ofEpochMilli(clock.millis());
    var lists = new ArrayList<Recommendation>();
    for (String placement : retriever.placements()) {
      Recommendation before = store.recommendations().find(placement, Recommendation.POPULAR);
      lists.add(
          new Recommendation(
              placement,
              Recommendation.POPULAR,
              live.generation(),
              AsOf.NONE,
              before == null ? 1 : before.revision() + 1,
              now,
              retriever.popular(placement),
              List.of()));
    }
    store.recommendations().put(lists);
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
