package dev.imasugu.train;

import dev.imasugu.config.Default;
import dev.imasugu.metric.RankMetrics;
import dev.imasugu.model.Cores;
import dev.imasugu.model.History;
import dev.imasugu.model.Interactions;
import dev.imasugu.model.Model;
import dev.imasugu.model.TopItems;
import dev.imasugu.model.WeightedSum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A weighted sum of models, weighted by validation: the parts are fitted without each user's last
 * item, the weights are those that rank these items best (nDCG@10), and the parts are fitted again
 * on everything. The data it is given is all it ever sees.
 *
 * @param questions users asked for the weights, at most
 * @param candidates of each part and question that are looked at
 * @param trials weights tried
 */
record Blend(
    List<Trainer> parts,
    @Default("20000") int questions,
    @Default("50") int candidates,
    @Default("300") int trials)
    implements Trainer {

  private static final int K = 10;

  Blend {
    parts = List.copyOf(parts);
    if (parts.size() < 2 || parts.size() > 16) {
      throw new IllegalArgumentException("parts: " + parts.size() + " models (expected: 2 to 16)");
    }
    Require.range("questions", questions, 1, 10_000_000);
    Require.range("candidates", candidates, K, 10_000);
    Require.range("trials", trials, 1, 1_000_000);
  }

  @Override
  public boolean draws() {
    return parts.stream().anyMatch(Trainer::draws);
  }

  @Override
  public Model fit(Interactions data, long seed) {
    double[] weights = weights(data, seed);
    List<Model> fitted = new ArrayList<>();
    for (int part = 0; part < weights.length; part++) {
      if (weights[part] > 0) {
        fitted.add(parts.get(part).fit(data, seed));
      }
    }
    return new WeightedSum(fitted, Arrays.stream(weights).filter(w -> w > 0).toArray());
  }

  /** A question: the scores of its candidates, the wanted item first; shape [candidates, parts]. */
  private record Question(List<float[]> scores) {}

  private double[] weights(Interactions data, long seed) {
    Interactions inner = data.withoutLast(1, 1);
    int[] users =
        IntStream.range(0, data.users())
            .filter(user -> data.start(user + 1) - data.start(user) > 1)
            .toArray();
    int count = Math.min(questions, users.length);
    if (count == 0) {
      throw new IllegalArgumentException("blend: no user with two events (expected: some)");
    }
    int[] asked = new int[count];
    for (int i = 0; i < count; i++) {
      asked[i] = users[(int) ((long) i * users.length / count)];
    }
    Question[] all = ask(data, inner, asked, seed);
    return climb(all, new SplittableRandom(seed));
  }

  /** Asks one part after the other: their candidates first, then the scores of all candidates. */
  private Question[] ask(Interactions data, Interactions inner, int[] asked, long seed) {
    List<Model> models = parts.stream().map(part -> part.fit(inner, seed)).toList();
    Question[] all = new Question[asked.length];
    Cores.each(
        asked.length,
        16,
        (from, to) -> {
          float[][] scores = new float[models.size()][data.items()];
          float[] masked = new float[data.items()];
          for (int q = from; q < to; q++) {
            all[q] = ask(models, data, asked[q], scores, masked);
          }
        });
    return all;
  }

  private Question ask(
      List<Model> models, Interactions data, int user, float[][] scores, float[] masked) {
    History whole = data.history(user);
    History before = whole.first(whole.size() - 1);
    int wanted = whole.newest(0);
    boolean repeated = Arrays.stream(before.items()).anyMatch(item -> item == wanted);
    var union = new TreeSet<Integer>();
    for (int part = 0; part < models.size(); part++) {
      WeightedSum.scaled(models.get(part), before, scores[part]);
      System.arraycopy(scores[part], 0, masked, 0, masked.length);
      for (int place = 0; place < before.size() && !repeated; place++) {
        masked[before.item(place)] = Float.NEGATIVE_INFINITY;
      }
      for (int item : TopItems.of(masked, masked.length, candidates)) {
        if (scores[part][item] > 0) {
          union.add(item);
        }
      }
    }
    union.remove(wanted);
    List<float[]> rows = new ArrayList<>();
    rows.add(row(scores, wanted));
    for (int item : union) {
      rows.add(row(scores, item));
    }
    return new Question(rows);
  }

  private static float[] row(float[][] scores, int item) {
    float[] row = new float[scores.length];
    for (int part = 0; part < row.length; part++) {
      row[part] = scores[part][item];
    }
    return row;
  }

  /** The best single part, then random steps that are kept when they help. */
  private double[] climb(Question[] all, SplittableRandom random) {
    double[] best = new double[parts.size()];
    double most = -1;
    for (int part = 0; part < parts.size(); part++) {
      double[] single = new double[parts.size()];
      single[part] = 1;
      double value = value(all, single);
      if (value > most) {
        most = value;
        best = single;
      }
    }
    for (int trial = 0; trial < trials; trial++) {
      double[] next = best.clone();
      int part = trial % next.length;
      double reach = 1.0 / (1 + 4.0 * trial / trials);
      if (next[part] > 0 && random.nextInt(8) == 0) {
        next[part] = 0;
      } else if (next[part] == 0) {
        next[part] = reach * random.nextDouble();
      } else {
        next[part] *= Math.exp(reach * random.nextGaussian());
      }
      if (Arrays.stream(next).sum() == 0) {
        continue;
      }
      double value = value(all, next);
      if (value > most) {
        most = value;
        best = next;
      }
    }
    double sum = Arrays.stream(best).sum();
    return Arrays.stream(best).map(weight -> weight / sum).toArray();
  }

  private static double value(Question[] all, double[] weights) {
    return IntStream.range(0, all.length).parallel().mapToDouble(q -> ndcg(all[q], weights)).sum();
  }

  private static double ndcg(Question question, double[] weights) {
    double own = sum(question.scores.getFirst(), weights);
    if (own <= 0) {
      return 0;
    }
    double rank = 1;
    for (int i = 1; i < question.scores.size(); i++) {
      double other = sum(question.scores.get(i), weights);
      rank += other > own ? 1 : other == own ? 0.5 : 0;
    }
    return RankMetrics.ndcg(new double[] {rank}, K);
  }

  private static double sum(float[] scores, double[] weights) {
    double sum = 0;
    for (int part = 0; part < weights.length; part++) {
      sum += weights[part] * scores[part];
    }
    return sum;
  }
}
