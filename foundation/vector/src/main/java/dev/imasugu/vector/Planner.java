package dev.imasugu.vector;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/*
 * Chooses how to answer a search, by what each way would cost.
 *
 *   scan all      rows * scanned
 *   scan allowed  allowed rows * gathered
 *   walk          (entries + beam * rows scored per beam node) * gathered
 *
 * The costs per row are guessed for the first 256 searches, then measured on the index itself, again whenever it
 * has grown fourfold; the rows scored per beam node are a running mean of past walks. A filter widens the beam by the inverse of the
 * share it allows; below a twentieth a walk is not considered, because the allowed nodes may then be far
 * apart in the graph, and a scan of so few is cheap. A walk may be chosen only if it is clearly cheaper than
 * being exact. Shared by all readers.
 */
final class Planner {
  private static final double LEAST_ALLOWED_SHARE = 0.05;
  private static final double CLEARLY = 0.7;
  private static final int SAMPLE = 128;
  private static final int MEASURED_FROM = 4096;

  /** Searches planned before the first measurement: by then the kernels are compiled. */
  private static final int WARM = 256;

  /** Costs this many times the guess are those of a kernel that is not compiled: measured later. */
  private static final int COLD = 20;

  private final Slots slots;
  private final DotKernel kernel;
  private final double searchBeam;
  private final boolean hasGraph;
  private final LongSupplier nanos;
  private final AtomicInteger planned = new AtomicInteger();
  private final AtomicInteger nextMeasurement = new AtomicInteger(MEASURED_FROM);
  private volatile Costs costs;
  private volatile double scoredPerBeamNode = 14;

  Planner(Slots slots, DotKernel kernel, VectorIndexOptions options, LongSupplier nanos) {
    this.slots = slots;
    this.kernel = kernel;
    this.searchBeam = options.searchBeam();
    this.hasGraph = options.hasGraph();
    this.nanos = nanos;
    this.costs = Costs.guess(slots.padded);
  }

  /** Notes what a walk did. */
  void learn(int beamWidth, long scored) {
    double seen = scored / (double) beamWidth;
    double known = scoredPerBeamNode;
    // Readers may overwrite each other's lesson; there will be more.
    scoredPerBeamNode = known + (seen - known) / 64;
  }

  /** The plan alone, for searches that nobody asks to explain. */
  SearchPlan choose(int k, RowFilter filter, boolean mayWalk) {
    if (!hasGraph && filter instanceof RowFilter.All) {
      return new SearchPlan.ScanAll();
    }
    return explain(k, filter, mayWalk).chosen();
  }

  Explanation explain(int k, RowFilter filter, boolean mayWalk) {
    measureIfDue();
    Costs now = costs;
    int rows = slots.live();
    double share = allowedShare(filter, rows);
    var considered = new ArrayList<Explanation.Estimate>();
    considered.add(
        new Explanation.Estimate(
            new SearchPlan.ScanAll(), slots.limit(), slots.limit() * now.scanned() / 1000));
    double exact = considered.getFirst().micros();
    if (filter instanceof RowFilter.Only(var allowed)) {
      long count = Math.min(rows, allowed.cardinality());
      var estimate =
          new Explanation.Estimate(
              new SearchPlan.ScanAllowed(), count, count * now.gathered() / 1000);
      considered.add(estimate);
      exact = Math.min(exact, estimate.micros());
    }
    if (hasGraph && mayWalk && share >= LEAST_ALLOWED_SHARE) {
      int beam = (int) Math.min(Math.max(1, rows), Math.ceil(k * searchBeam / share) + 16);
      long scored = (long) (Math.sqrt(rows) + beam * scoredPerBeamNode);
      double micros = scored * now.gathered() / 1000;
      // A walk that would score most rows is a scan with detours, whatever was measured.
      if (scored < CLEARLY * rows && micros < CLEARLY * exact) {
        considered.add(new Explanation.Estimate(new SearchPlan.WalkGraph(beam), scored, micros));
      }
    }
    considered.sort(Comparator.comparingDouble(Explanation.Estimate::micros));
    return new Explanation(considered.getFirst().plan(), considered, share);
  }

  private double allowedShare(RowFilter filter, int rows) {
    if (rows == 0) {
      return 1;
    }
    return switch (filter) {
      case RowFilter.All() -> 1;
      case RowFilter.Only(var allowed) -> Math.min(1, allowed.cardinality() / (double) rows);
      case RowFilter.Except(var refused) -> Math.max(0, 1 - refused.cardinality() / (double) rows);
      case RowFilter.Where where -> sampledShare(where);
    };
  }

  private double sampledShare(RowFilter.Where where) {
    int limit = slots.limit();
    int seen = 0;
    int allowed = 0;
    for (int i = 0; i < SAMPLE; i++) {
      int slot = (int) ((long) limit * i / SAMPLE);
      if (slots.isAlive(slot)) {
        seen++;
        allowed += where.allows(slots.row(slot)) ? 1 : 0;
      }
    }
    return seen == 0 ? 1 : allowed / (double) seen;
  }

  private void measureIfDue() {
    if (planned.get() < WARM && planned.incrementAndGet() < WARM) {
      return;
    }
    int due = nextMeasurement.get();
    int limit = slots.limit();
    if (limit >= due
        && nextMeasurement.compareAndSet(due, (int) Math.min(Integer.MAX_VALUE, 4L * limit))) {
      Costs guess = Costs.guess(slots.padded);
      Costs measured = Costs.measure(slots, kernel, nanos);
      if (measured.scanned() > COLD * guess.scanned()) {
        nextMeasurement.set(due);
        planned.set(0);
      } else {
        costs = measured;
      }
    }
  }
}
