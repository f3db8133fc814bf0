package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.Cores;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.ItemVectors;
import dev.imasugu.model.Model;
import dev.imasugu.vector.Floats;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Item vectors by skip-gram with negative sampling over histories: item2vec (Barkan and Koenigstein
 * 2016), and with {@code attributes} above zero Meta-Prod2Vec (Vasile, Smirnova and Conneau 2016),
 * which also predicts the attributes of an item and of its neighbours. All neighbours of an item
 * are held against the same negatives (Ji et al. 2016), a third of the work. Threads write to
 * shared vectors without locks (Niu et al. 2011), so two fits of one seed differ in the last
 * digits.
 *
 * @param power of the frequency by which negatives are drawn
 * @param attributes weight of the pairs with attributes
 */
record Item2Vec(
    @Default("64") int dimension,
    @Default("5") @Tuned(from = 1, to = 20, log = true) int window,
    @Default("5") int negatives,
    @Default("10") @Tuned(from = 3, to = 60, log = true) int epochs,
    @Default("0.05") @Tuned(from = 0.01, to = 0.2, log = true) double learningRate,
    @Default("0.5") @Tuned(from = -0.5, to = 1) double power,
    @Default("0.9") @Tuned(from = 0.3, to = 1) double decay,
    @Default("0") double attributes)
    implements Trainer {

  private static final int TABLE = 1 << 20;

  /** Wanted tokens held against the same negatives: with more, a step on a negative overshoots. */
  private static final int TOGETHER = 8;

  Item2Vec {
    Require.range("dimension", dimension, 1, 2_048);
    Require.range("window", window, 1, 1_000);
    Require.range("negatives", negatives, 1, 1_000);
    Require.range("epochs", epochs, 1, 10_000);
    Require.range("learning-rate", learningRate, 1e-9, 10);
    Require.range("power", power, -2, 2);
    Require.range("decay", decay, 0, 1);
    Require.range("attributes", attributes, 0, 10);
  }

  @Override
  public boolean draws() {
    return true;
  }

  @Override
  public Model fit(Interactions data, long seed) {
    if (attributes > 0 && data.attributeCount() == 0) {
      throw new IllegalArgumentException(
          "item2vec: attributes of items are not known (expected: --items FILE)");
    }
    int width = Floats.padded(dimension);
    int tokens = data.items() + (attributes > 0 ? data.attributeCount() : 0);
    var run = new Run(data, width, tokens, negativeTable(data));
    var random = new SplittableRandom(seed);
    for (int i = 0; i < tokens * width; i++) {
      run.in[i] = i % width < dimension ? (random.nextFloat() - 0.5f) / dimension : 0;
    }
    for (int epoch = 0; epoch < epochs; epoch++) {
      float rate = (float) (learningRate * Math.max(0.05, 1 - (double) epoch / epochs));
      long epochSeed = seed * 1_000_003L + epoch;
      Cores.each(data.users(), 64, (from, to) -> run.users(from, to, rate, epochSeed + from));
    }
    return new ItemVectors(unit(run.in, data, width), data.items(), width, decay);
  }

  /** Items as often as they are to be drawn. */
  private int[] negativeTable(Interactions data) {
    int[] counts = data.itemCounts();
    double total = 0;
    for (int count : counts) {
      total += count == 0 ? 0 : Math.pow(count, power);
    }
    int[] table = new int[TABLE];
    int item = -1;
    double until = 0;
    for (int i = 0; i < TABLE; i++) {
      while (until <= (double) i / TABLE && item < counts.length - 1) {
        item++;
        until += counts[item] == 0 ? 0 : Math.pow(counts[item], power) / total;
      }
      table[i] = item;
    }
    return table;
  }

  private static float[] unit(float[] in, Interactions data, int width) {
    float[] vectors = new float[data.items() * width];
    int[] counts = data.itemCounts();
    for (int item = 0; item < data.items(); item++) {
      float squares = Floats.dot(in, item * width, in, item * width, width);
      if (counts[item] > 0 && squares > 0) {
        float scale = (float) (1 / Math.sqrt(squares));
        Floats.add(vectors, item * width, scale, in, item * width, width);
      }
    }
    return vectors;
  }

  /** One training, shared by its threads. */
  private final class Run {
    private final Interactions data;
    private final int width;
    private final int[] table;
    private final float[] in;
    private final float[] out;

    Run(Interactions data, int width, int tokens, int[] table) {
      this.data = data;
      this.width = width;
      this.table = table;
      this.in = new float[tokens * width];
      this.out = new float[tokens * width];
    }

    void users(int from, int to, float rate, long seed) {
      var random = new SplittableRandom(seed);
      float[] change = new float[width];
      int[] near = new int[2 * window];
      for (int user = from; user < to; user++) {
        for (int centre = data.start(user); centre < data.start(user + 1); centre++) {
          int reach = 1 + random.nextInt(window);
          int item = data.item(centre);
          int end = Math.min(data.start(user + 1), centre + reach + 1);
          int count = 0;
          for (int at = Math.max(data.start(user), centre - reach); at < end; at++) {
            if (data.item(at) != item) {
              near[count++] = data.item(at);
            }
          }
          predict(item, near, count, rate, random, change);
          if (attributes > 0) {
            describe(item, near, count, (float) (rate * attributes), random, change);
          }
        }
      }
    }

    /**
     * What Meta-Prod2Vec predicts beside items: attributes from items, and items from attributes.
     */
    private void describe(
        int item, int[] near, int count, float rate, SplittableRandom random, float[] change) {
      int[] own = tokens(item);
      predict(item, own, own.length, rate, random, change);
      for (int i = 0; i < count; i++) {
        int[] others = tokens(near[i]);
        predict(item, others, others.length, rate, random, change);
      }
      for (int attribute : own) {
        predict(attribute, near, count, rate, random, change);
      }
    }

    private int[] tokens(int item) {
      int[] tokens = data.attributes(item).clone();
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] += data.items();
      }
      return tokens;
    }

    /** Predicts items or attributes from a token, a few at a time against the same negatives. */
    private void predict(
        int token, int[] wanted, int count, float rate, SplittableRandom random, float[] change) {
      for (int from = 0; from < count; from += TOGETHER) {
        int to = Math.min(count, from + TOGETHER);
        Arrays.fill(change, 0);
        for (int i = from; i < to; i++) {
          learn(token, wanted[i], 1, rate, change);
        }
        boolean items = wanted[0] < data.items();
        for (int n = 0; n < negatives; n++) {
          int other =
              items
                  ? table[random.nextInt(TABLE)]
                  : data.items() + random.nextInt(out.length / width - data.items());
          if (!contains(wanted, count, other)) {
            learn(token, other, 0, rate * (to - from), change);
          }
        }
        Floats.add(in, token * width, 1, change, 0, width);
      }
    }

    private static boolean contains(int[] values, int count, int value) {
      for (int i = 0; i < count; i++) {
        if (values[i] == value) {
          return true;
        }
      }
      return false;
    }

    private void learn(int token, int other, int truth, float rate, float[] change) {
      float dot = Floats.dot(in, token * width, out, other * width, width);
      float step = (float) (rate * (truth - 1 / (1 + Math.exp(-dot))));
      Floats.add(change, 0, step, out, other * width, width);
      Floats.add(out, other * width, step, in, token * width, width);
    }
  }
}
