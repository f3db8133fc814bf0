package dev.imasugu.evaluate;

import dev.imasugu.model.Model;
import dev.imasugu.model.TopItems;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How long a model takes to answer, by the clock on the wall: every item scored, what the user has
 * left out, the best taken; one question after the other on one thread.
 *
 * @param p50Micros the median; 99 % of the answers took no longer than {@code p99Micros}
 */
record AnswerTime(double p50Micros, double p99Micros) {
  private static final int MOST_QUESTIONS = 10_000;
  private static final Duration WARM_UP = Duration.ofSeconds(1);
  private static final Duration MEASURED = Duration.ofSeconds(3);

  /**
   * Asks once to warm up and once by the clock: at most 10,000 questions, drawn from the task, and
   * for at most one and three seconds.
   *
   * @param k how many items an answer has
   */
  static AnswerTime of(Model model, Task task, int k) {
    var random = new SplittableRandom(1);
    int questions = task.queries().size();
    int[] drawn = random.ints(Math.min(MOST_QUESTIONS, questions), 0, questions).toArray();
    float[] _ = ask(model, task, k, drawn, WARM_UP);
    float[] micros = ask(model, task, k, drawn, MEASURED);
    Arrays.sort(micros);
    return new AnswerTime(at(micros, 0.5), at(micros, 0.99));
  }

  private static float[] ask(Model model, Task task, int k, int[] drawn, Duration most) {
    float[] scores = new float[model.items()];
    float[] micros = new float[drawn.length];
    long begin = System.nanoTime();
    for (int i = 0; i < drawn.length; i++) {
      Query query = task.queries().get(drawn[i]);
      long start = System.nanoTime();
      if (i > 0 && start - begin > most.toNanos()) {
        return Arrays.copyOf(micros, i);
      }
      model.score(query.history, scores);
      if (task.removeSeen()) {
        for (int place = 0; place < query.history.size(); place++) {
          scores[query.history.item(place)] = Float.NEGATIVE_INFINITY;
        }
      }
      int[] _ = TopItems.of(scores, scores.length, k);
      micros[i] = (System.nanoTime() - start) / 1e3f;
    }
    return micros;
  }

  private static double at(float[] sorted, double quantile) {
    return sorted[(int) Math.min(sorted.length - 1L, (long) (quantile * sorted.length))];
  }
}
