package dev.imasugu.vector;

import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Links many new nodes at once, on several threads.
 *
 * <p>In an order of its own: rows that come sorted (by source, by category) would otherwise build
 * one corner of the graph after the other.
 */
final class BulkLinks {
  /** Nodes linked by one thread before others join: a parallel start would leave islands. */
  private static final int SEED_NODES = 512;

  private static final int BATCH = 64;

  private final Graph graph;

  BulkLinks(Graph graph) {
    this.graph = graph;
  }

  void link(int[] slots, int threads) {
    int[] order = shuffled(slots);
    int seeds = Math.min(SEED_NODES, order.length);
    work(order, new AtomicInteger(), seeds);
    var next = new AtomicInteger(seeds);
    if (threads == 1) {
      work(order, next, order.length);
      return;
    }
    try (var workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("vector-links-", 0).daemon().factory())) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < threads; i++) {
        running.add(workers.submit(() -> work(order, next, order.length)));
      }
      for (Future<?> worker : running) {
        worker.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while linking", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("linking failed", e.getCause());
    }
  }

  private void work(int[] order, AtomicInteger next, int end) {
    Graph.Builder builder = graph.new Builder();
    for (int from; (from = next.getAndAdd(BATCH)) < end; ) {
      for (int i = from; i < Math.min(end, from + BATCH); i++) {
        builder.link(order[i]);
        graph.offerEntry(order[i]);
      }
    }
  }

  /**
   * A fixed shuffle (Fisher and Yates) by a linear congruential generator: same input, same graph.
   */
  private static int[] shuffled(int[] slots) {
    int[] order = slots.clone();
    long state = 0x9E3779B97F4A7C15L;
    for (int i = order.length - 1; i > 0; i--) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      int j = (int) ((state >>> 33) % (i + 1));
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }
}
