package dev.imasugu.model;

import java.util.Arrays;

/**
 * Scores by what the users with the most similar sets of items have: {@code similarity = |A ∩ B| /
 * (|A|^a * |B|^(1-a) + shrink)}, the sum over the {@code k} most similar. A new user's set is their
 * history; a known user is not their own neighbour.
 */
public final class UserNeighbours implements Model {
  private final Interactions data;
  private final int k;
  private final double asymmetry;
  private final double shrink;
  private final double decay;
  private final ThreadLocal<Scratch> scratch;

  /**
   * @param asymmetry a: 0.5 is the cosine
   * @param decay weight of a shared item relative to the next newer one of the history
   */
  public UserNeighbours(Interactions events, int k, double asymmetry, double shrink, double decay) {
    this.data = events.distinct();
    this.k = k;
    this.asymmetry = asymmetry;
    this.shrink = shrink;
    this.decay = decay;
    this.scratch = ThreadLocal.withInitial(() -> new Scratch(data.users()));
  }

  private static final class Scratch {
    final float[] shared;
    final int[] found;
    int size;

    Scratch(int users) {
      shared = new float[users];
      found = new int[users];
    }
  }

  @Override
  public int items() {
    return data.items();
  }

  @Override
  public void score(History history, float[] scores) {
    Arrays.fill(scores, 0, items(), 0);
    Scratch work = scratch.get();
    work.size = 0;
    ItemIndex index = data.byItem();
    double weight = 1;
    double norm = 0;
    for (int age = 0; age < history.size() && weight > 1e-9; age++) {
      int item = history.newest(age);
      norm += weight;
      for (int p = index.start(item); p < index.start(item + 1); p++) {
        int user = index.user(p);
        if (work.shared[user] == 0) {
          work.found[work.size++] = user;
        }
        work.shared[user] += (float) weight;
      }
      weight *= decay;
    }
    float[] similarity = new float[work.size];
    double own = Math.pow(norm, asymmetry);
    for (int i = 0; i < work.size; i++) {
      int user = work.found[i];
      int size = data.start(user + 1) - data.start(user);
      similarity[i] =
          user == history.user()
              ? Float.NEGATIVE_INFINITY
              : (float) (work.shared[user] / (own * Math.pow(size, 1 - asymmetry) + shrink));
      work.shared[user] = 0;
    }
    for (int neighbour : TopItems.of(similarity, work.size, k)) {
      int user = work.found[neighbour];
      for (int event = data.start(user); event < data.start(user + 1); event++) {
        scores[data.item(event)] += similarity[neighbour];
      }
    }
  }
}
