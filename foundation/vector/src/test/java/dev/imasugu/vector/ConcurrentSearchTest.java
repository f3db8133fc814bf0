package dev.imasugu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.testing.Randomized;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/*
 * Readers under a writer. Every vector of a row carries the row and the number of its put, so a reader
 * can tell from the score alone which put it sees, and the writer announces each put when it
 * has returned. Rows divisible by 3 are never removed and must be in every exact answer, once; no answer may
 * show a put older than one announced before the search, nor a row whose removal was announced before.
 */
@Randomized
class ConcurrentSearchTest {
  private static final int ROWS = 300;
  private static final int WRITES = 8_000;
  private static final int DIMENSION = 16;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void search_underAWriter_seesWhatWasAnnounced(boolean graph, RandomGenerator random)
      throws Exception {
    var options =
        graph
            ? VectorIndexOptions.graph(DIMENSION, Metric.INNER_PRODUCT)
            : VectorIndexOptions.exact(DIMENSION, Metric.INNER_PRODUCT);
    // What a reader may rely on: the last put that returned, or minus it when it was removed since.
    var announced = new AtomicIntegerArray(ROWS);
    var done = new AtomicBoolean();
    var searches = new AtomicInteger();
    try (var index = VectorIndex.create(options);
        var readers = Executors.newFixedThreadPool(3)) {
      for (int row = 0; row < ROWS; row += 3) {
        index.put(row, vector(row, 1));
        announced.set(row, 1);
      }
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < 3; i++) {
        long seed = random.nextLong();
        running.add(
            readers.submit(
                () -> read(index, announced, done, searches, new SplittableRandom(seed))));
      }
      for (int write = 0; write < WRITES; write++) {
        int row = random.nextInt(ROWS);
        int last = Math.abs(announced.get(row));
        if (row % 3 != 0 && announced.get(row) > 0 && random.nextBoolean()) {
          assertThat(index.remove(row)).isTrue();
          announced.set(row, -last);
        } else {
          index.put(row, vector(row, last + 1));
          announced.set(row, last + 1);
        }
      }
      while (searches.get() < 100) {
        Thread.onSpinWait();
      }
      done.set(true);
      for (Future<?> reader : running) {
        reader.get();
      }
    }
  }

  /** The first component is the row, the second the number of the put; both survive as scores. */
  private static float[] vector(int row, int put) {
    var vector = new float[DIMENSION];
    vector[0] = row;
    vector[1] = put;
    vector[2 + row % (DIMENSION - 2)] = 1;
    return vector;
  }

  private static void read(
      VectorIndex index,
      AtomicIntegerArray announced,
      AtomicBoolean done,
      AtomicInteger searches,
      RandomGenerator random) {
    var putOf = new float[DIMENSION];
    putOf[1] = 1;
    var before = new int[ROWS];
    while (!done.get()) {
      for (int row = 0; row < ROWS; row++) {
        before[row] = announced.get(row);
      }
      int kind = random.nextInt(4);
      ScoredRows found =
          switch (kind) {
            case 0 -> index.search(putOf, ROWS, RowFilter.all(), new SearchPlan.ScanAll());
            case 1 -> index.search(putOf, ROWS, everyRow(), new SearchPlan.ScanAllowed());
            case 2 -> index.searchAll(new float[][] {putOf}, ROWS)[0];
            default ->
                index.search(putOf, ROWS, RowFilter.all(), new SearchPlan.WalkGraph(2 * ROWS));
          };
      var seen = new BitSet();
      for (int i = 0; i < found.size(); i++) {
        int row = found.row(i);
        assertThat(seen.get(row)).as("row %d twice", row).isFalse();
        seen.set(row);
        int put = Math.round(found.score(i));
        if (before[row] >= 0) {
          assertThat(put).as("put of row %d", row).isGreaterThanOrEqualTo(before[row]);
        } else {
          assertThat(put).as("removed row %d", row).isGreaterThan(-before[row]);
        }
      }
      if (kind < 3) {
        for (int row = 0; row < ROWS; row += 3) {
          assertThat(seen.get(row)).as("row %d was always there, kind %d", row, kind).isTrue();
        }
      }
      searches.incrementAndGet();
    }
  }

  private static RowFilter everyRow() {
    var rows = new BitSet();
    rows.set(0, ROWS);
    return RowFilter.only(rows);
  }
}
