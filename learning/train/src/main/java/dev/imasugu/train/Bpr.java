package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;
import dev.imasugu.model.UserFactors;
import dev.imasugu.vector.Floats;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Matrix factorisation by Bayesian personalised ranking (Rendle et al. 2009): for a user, an item
 * they have should score above one they have not. Stochastic gradient steps by one thread, so that
 * a seed gives one model.
 */
record Bpr(
    @Default("64") int dimension,
    @Default("30") int epochs,
    @Default("0.05") @Tuned(from = 0.005, to = 0.3, log = true) double learningRate,
    @Default("0.01") @Tuned(from = 1e-4, to = 0.1, log = true) double regularisation)
    implements Trainer {

  Bpr {
    Require.range("dimension", dimension, 1, 2_048);
    Require.range("epochs", epochs, 1, 10_000);
    Require.range("learning-rate", learningRate, 1e-9, 10);
    Require.range("regularisation", regularisation, 0, 10);
  }

  @Override
  public boolean draws() {
    return true;
  }

  @Override
  public Model fit(Interactions events, long seed) {
    Interactions data = events.distinct();
    if (data.items() < 2) {
      throw new IllegalArgumentException("bpr: one item (expected: at least two)");
    }
    var random = new SplittableRandom(seed);
    int width = Floats.padded(dimension);
    float[] users = normal(data.users(), width, random);
    float[] items = normal(data.items(), width, random);
    float[] biases = new float[data.items()];
    int[] userOf = new int[data.size()];
    for (int user = 0; user < data.users(); user++) {
      Arrays.fill(userOf, data.start(user), data.start(user + 1), user);
    }
    float shrink = (float) (learningRate * regularisation);
    long steps = (long) epochs * data.size();
    for (long step = 0; step < steps; step++) {
      int event = random.nextInt(data.size());
      int user = userOf[event];
      int wanted = data.item(event);
      int other = random.nextInt(data.items());
      if (has(data, user, other)) {
        continue;
      }
      int u = user * width;
      int i = wanted * width;
      int j = other * width;
      float lead =
          biases[wanted]
              - biases[other]
              + Floats.dot(users, u, items, i, width)
              - Floats.dot(users, u, items, j, width);
      float rate = (float) (learningRate / (1 + Math.exp(lead)));
      for (int d = 0; d < dimension; d++) {
        float own = users[u + d];
        float better = items[i + d];
        float worse = items[j + d];
        users[u + d] += rate * (better - worse) - shrink * own;
        items[i + d] += rate * own - shrink * better;
        items[j + d] -= rate * own + shrink * worse;
      }
      biases[wanted] += rate - shrink * biases[wanted];
      biases[other] -= rate + shrink * biases[other];
    }
    return new UserFactors(users, items, biases, width);
  }

  private static boolean has(Interactions data, int user, int item) {
    for (int event = data.start(user); event < data.start(user + 1); event++) {
      if (data.item(event) == item) {
        return true;
      }
    }
    return false;
  }

  private float[] normal(int rows, int width, SplittableRandom random) {
    float[] values = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      for (int d = 0; d < dimension; d++) {
        values[row * width + d] = (float) (random.nextGaussian() * 0.1 / Math.sqrt(dimension));
      }
    }
    return values;
  }
}
