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
 * where items and attributes predict each other too. The paper's items have one attribute each; of
 * several, one is drawn each time. All neighbours of an item are held against the same negatives
 * (Ji et al. 2016), a third of the work. Threads write to shared vectors without locks (Niu et al.
 * 2011), so two fits of one seed differ in the last digits.
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

  /**
   * As word2vec draws words: an attribute that nearly all items have must be a negative often, or
   * it pulls all of them into one direction.
   */
  private static final double ATTRIBUTE_POWER = 0.75;

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
    var run = new Run(data, width, tokens);
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

  /** Rows as often as they are to be drawn: by a power of their frequency. */
  private static int[] drawn(double[] frequencies, double power) {
    double total = 0;
    for (double frequency : frequencies) {
      total += frequency == 0 ? 0 : Math.pow(frequency, power);
    }
    int[] table = new int[TABLE];
    int row = -1;
    double until = 0;
    for (int i = 0; i < TABLE; i++) {
      while (until <= (double) i / TABLE && row < frequencies.length - 1) {
        row++;
        until += frequencies[row] == 0 ? 0 : Math.pow(frequencies[row], power) / total;
      }
      table[i] = row;
    }
    return table;
  }

  private static double[] itemFrequencies(Interactions data) {
    return Arrays.stream(data.itemCounts()).asDoubleStream().toArray();
  }

  /** How often each attribute comes, an item's events divided among its attributes. */
  private static double[] attributeFrequencies(Interactions data) {
    double[] frequencies = new double[data.attributeCount()];
    int[] counts = data.itemCounts();
    for (int item = 0; item < counts.length; item++) {
      int[] own = data.attributes(item);
      for (int attribute : own) {
        frequencies[attribute] += (double) counts[item] / own.length;
      }
    }
    return frequencies;
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
    private final int[] itemTable;
    private final int[] attributeTable;
    private final float[] in;
    private final float[] out;

    Run(Interactions data, int width, int tokens) {
      this.data = data;
      this.width = width;
      this.itemTable = drawn(itemFrequencies(data), power);
      this.attributeTable =
          tokens == data.items() ? new int[0] : drawn(attributeFrequencies(data), ATTRIBUTE_POWER);
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
     * What Meta-Prod2Vec predicts beside items, an attribute for each item: an item's neighbours
     * and itself from its attribute, and the attributes of all of them from both.
     */
    private void describe(
        int item, int[] near, int count, float rate, SplittableRandom random, float[] change) {
      int[] items = Arrays.copyOf(near, count + 1);
      items[count] = item;
      int own = attribute(item, random);
      int[] described = new int[count + 1];
      int known = 0;
      for (int one : items) {
        int attribute = one == item ? own : attribute(one, random);
        if (attribute >= 0) {
          described[known++] = attribute;
        }
      }
      predict(item, described, known, rate, random, change);
      if (own >= 0) {
        predict(own, items, count + 1, rate, random, change);
        predict(own, described, known - 1, rate, random, change);
      }
    }

    /** One of an item's attributes as a token, -1 if none is known. */
    private int attribute(int item, SplittableRandom random) {
      int[] attributes = data.attributes(item);
      return attributes.length == 0
          ? -1
          : data.items() + attributes[random.nextInt(attributes.length)];
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
                  ? itemTable[random.nextInt(TABLE)]
                  : data.items() + attributeTable[random.nextInt(TABLE)];
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
