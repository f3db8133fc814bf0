package dev.imasugu.train;

import dev.imasugu.model.Cores;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.ItemIndex;
import dev.imasugu.vector.Floats;
import dev.imasugu.vector.ProductTile;
import java.util.concurrent.CompletableFuture;

/*
 * Inversion of a positive definite matrix in place, n^3 multiply-adds over both triangles, half of them
 * saved by symmetry. It is Gauss-Jordan elimination by blocks (the sweep operator, Goodnight 1979): for
 * each block k of 256 rows, with D = A_kk and the panel P = A_:k,
 *     A_ij -= P_i D^-1 P_j',   A_:k = P D^-1,   A_kk = -D^-1,
 * and after all blocks the matrix is -A^-1. D is inverted in doubles by Cholesky, so no pivoting is
 * needed. All the time goes into the first line, a product of tall matrices: P is packed in the groups and
 * (P D^-1)' in the blocks of ProductTile. Only tiles that touch the lower triangle are computed.
 */

/** A symmetric matrix over items, dense, in one array, and its inverse. */
final class SymmetricMatrix {
  /** One array holds it, so this is where an int ends. */
  static final int MOST_ITEMS = 46_000;

  private static final int COLUMNS = ProductTile.BLOCK;
  private static final int GROUP = ProductTile.GROUP;
  private static final int BLOCK = 256;

  final int size;

  /** Floats from one row to the next: a multiple of the tile's columns. */
  final int stride;

  /** Row by row; what lies beyond {@link #size} in a row is never read as part of the matrix. */
  final float[] values;

  private SymmetricMatrix(int size) {
    this.size = size;
    this.stride = (size + COLUMNS - 1) / COLUMNS * COLUMNS;
    this.values = new float[size * stride];
  }

  /**
   * Returns how many users have each pair of items: {@code X'X} of binary interactions.
   *
   * @throws IllegalArgumentException if there are more than {@link #MOST_ITEMS} items or the matrix
   *     does not fit into half of the heap
   */
  static SymmetricMatrix gram(Interactions data, String model) {
    Interactions events = data.distinct();
    int items = events.items();
    long bytes = 4L * items * items;
    long room = Runtime.getRuntime().maxMemory() / 2;
    if (items > MOST_ITEMS || bytes > room) {
      throw new IllegalArgumentException(
          "%s: %,d items need a matrix of %,d MiB (expected: at most %,d items and %,d MiB, half of the heap)"
              .formatted(model, items, bytes >> 20, MOST_ITEMS, room >> 20));
    }
    var matrix = new SymmetricMatrix(items);
    CompletableFuture<Void> compiled =
        items < 4 * BLOCK
            ? CompletableFuture.completedFuture(null)
            : CompletableFuture.runAsync(SymmetricMatrix::compileKernels);
    ItemIndex index = events.byItem();
    int[] itemOf = ascending(events, index);
    Cores.each(
        items,
        32,
        (from, to) -> {
          for (int item = from; item < to; item++) {
            int row = item * matrix.stride;
            for (int p = index.start(item); p < index.start(item + 1); p++) {
              int event = events.start(index.user(p));
              int other;
              do {
                other = itemOf[event++];
                matrix.values[row + other]++;
              } while (other < item);
            }
          }
        });
    matrix.mirror(1);
    compiled.join();
    return matrix;
  }

  /** The items of all events, those of a user in ascending order. */
  private static int[] ascending(Interactions events, ItemIndex index) {
    int[] next = new int[events.users()];
    for (int user = 0; user < next.length; user++) {
      next[user] = events.start(user);
    }
    int[] itemOf = new int[events.size()];
    for (int item = 0; item < events.items(); item++) {
      for (int p = index.start(item); p < index.start(item + 1); p++) {
        itemOf[next[index.user(p)]++] = item;
      }
    }
    return itemOf;
  }

  /**
   * Calls each kernel so often that it is compiled. Until then vector code is hundreds of times
   * slower, so a first long product would cost more than all the others: short ones go first, on
   * one core, while the other counts pairs.
   */
  private static void compileKernels() {
    var tile = new ProductTile(8);
    float[] floats = new float[8 * COLUMNS];
    double[] doubles = new double[BLOCK];
    for (int i = 0; i < 4_000; i++) {
      float[] _ = tile.product(floats, 0, GROUP, floats, 0, COLUMNS);
      Floats.add(floats, 0, 1, floats, 0, BLOCK);
      Floats.add(doubles, 0, 1, doubles, 0, BLOCK);
    }
  }

  float at(int row, int column) {
    return values[row * stride + column];
  }

  void addToDiagonal(double value) {
    for (int i = 0; i < size; i++) {
      values[i * stride + i] += (float) value;
    }
  }

  /** Replaces the matrix by its inverse; it must be positive definite. */
  void invert() {
    int groups = (size + GROUP - 1) / GROUP;
    float[] panel = new float[groups * GROUP * BLOCK];
    float[] turned = new float[stride * BLOCK];
    for (int k = 0; k < size; k += BLOCK) {
      int width = Math.min(BLOCK, size - k);
      float[] pivot = invertedPivot(k, width);
      int first = k;
      Cores.each(groups, 16, (from, to) -> pack(first, width, pivot, panel, turned, from, to));
      Cores.each(groups, 8, (from, to) -> update(width, panel, turned, from, to));
      Cores.each(groups, 64, (from, to) -> store(first, width, pivot, turned, from, to));
    }
    mirror(-1);
  }

  /** The inverse of a diagonal block, by Cholesky in doubles; shape [width, BLOCK]. */
  private float[] invertedPivot(int k, int width) {
    double[] block = new double[width * width];
    for (int i = 0; i < width; i++) {
      for (int j = 0; j <= i; j++) {
        block[i * width + j] = values[(k + i) * stride + k + j];
        block[j * width + i] = block[i * width + j];
      }
    }
    double[] inverse = Cholesky.inverse(block, width);
    float[] floats = new float[width * BLOCK];
    for (int i = 0; i < inverse.length; i++) {
      floats[i / width * BLOCK + i % width] = (float) inverse[i];
    }
    return floats;
  }

  /**
   * A column of the panel lies in the lower triangle below the block and to the left of it above.
   */
  private float below(int row, int column) {
    return row >= column ? values[row * stride + column] : values[column * stride + row];
  }

  /**
   * Packs P by groups of rows, and P D^-1 turned by blocks of columns; the pivot's rows as zero.
   */
  private void pack(
      int k, int width, float[] pivot, float[] panel, float[] turned, int from, int to) {
    var tile = new ProductTile(width);
    for (int group = from; group < to; group++) {
      for (int r = 0; r < GROUP; r++) {
        int i = group * GROUP + r;
        boolean inside = i < size && (i < k || i >= k + width);
        for (int c = 0; c < width; c++) {
          panel[(group * width + c) * GROUP + r] = inside ? below(i, k + c) : 0;
        }
      }
      for (int column = 0; column < width; column += COLUMNS) {
        float[] product = tile.product(panel, group * GROUP * width, GROUP, pivot, column, BLOCK);
        for (int r = 0; r < Math.min(GROUP, size - group * GROUP); r++) {
          int i = group * GROUP + r;
          int at = (i / COLUMNS * width + column) * COLUMNS + i % COLUMNS;
          for (int c = 0; c < Math.min(COLUMNS, width - column); c++) {
            turned[at + c * COLUMNS] = product[r * COLUMNS + c];
          }
        }
      }
    }
  }

  private void update(int width, float[] panel, float[] turned, int from, int to) {
    var tile = new ProductTile(width);
    int blocks = (Math.min(size, to * GROUP) + COLUMNS - 1) / COLUMNS;
    for (int block = 0; block < blocks; block++) {
      for (int group = from; group < to; group++) {
        if (block * COLUMNS < (group + 1) * GROUP) {
          float[] product =
              tile.product(
                  panel, group * GROUP * width, GROUP, turned, block * width * COLUMNS, COLUMNS);
          for (int r = 0; r < Math.min(GROUP, size - group * GROUP); r++) {
            int at = (group * GROUP + r) * stride + block * COLUMNS;
            Floats.add(values, at, -1, product, r * COLUMNS, COLUMNS);
          }
        }
      }
    }
  }

  /** Writes P D^-1 and -D^-1 into the lower triangle. */
  private void store(int k, int width, float[] pivot, float[] turned, int from, int to) {
    for (int i = from * GROUP; i < Math.min(size, to * GROUP); i++) {
      if (i >= k && i < k + width) {
        for (int j = k; j <= i; j++) {
          values[i * stride + j] = -pivot[(i - k) * BLOCK + j - k];
        }
        continue;
      }
      int at = i / COLUMNS * width * COLUMNS + i % COLUMNS;
      for (int c = 0; c < width; c++) {
        int place = i >= k ? i * stride + k + c : (k + c) * stride + i;
        values[place] = turned[at + c * COLUMNS];
      }
    }
  }

  /** Multiplies the lower triangle and copies it into the upper one. */
  private void mirror(float factor) {
    Cores.each(
        (size + 63) / 64,
        1,
        (from, to) -> {
          for (int block = from; block < to; block++) {
            for (int left = 0; left <= block; left++) {
              for (int i = block * 64; i < Math.min(size, block * 64 + 64); i++) {
                for (int j = left * 64; j < Math.min(i + 1, left * 64 + 64); j++) {
                  float value = factor * values[i * stride + j];
                  values[i * stride + j] = value;
                  values[j * stride + i] = value;
                }
              }
            }
          }
        });
  }
}
