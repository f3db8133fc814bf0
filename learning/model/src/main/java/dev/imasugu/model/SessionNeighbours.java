package dev.imasugu.model;

import java.util.Arrays;

/**
 * Scores by the sessions that share items with the current one, the newest of them only.
 *
 * <p>V-SkNN (Ludewig and Jannach 2018) looks at the newest {@code sample} sessions that hold any
 * item of the session; VMIS-kNN (Serenade, Kersbergen, Sprangers and Schelter 2022) is the same
 * when {@code perItem} bounds how many sessions of each item are looked at, which bounds an
 * answer's time. A session's similarity is the sum of {@code (position / length)^2} over the items
 * shared; the {@code k} most similar vote for their items with {@code similarity / steps since the
 * newest shared item * (1 + idf * log(sessions / frequency))}. With a half-life and a distance,
 * older sessions and items far from the shared one count less: V-STAN (Ludewig et al. 2021, after
 * STAN, Garg et al. 2019).
 */
public final class SessionNeighbours implements Model {

  /**
   * How many are looked at.
   *
   * @param k sessions that vote
   * @param sample newest sessions compared
   * @param perItem newest sessions looked at for each item of the history; 0 for all
   * @param length how many of the newest items of the history count
   * @param idf weight of rare items
   * @param halfLifeMillis a session that ended this much earlier counts half; positive infinity for
   *     all alike
   * @param distance an item this many places from the shared one counts 1 / e; positive infinity
   *     for all alike
   */
  public record Reach(
      int k,
      int sample,
      int perItem,
      int length,
      double idf,
      double halfLifeMillis,
      double distance) {}

  private final Reach reach;

  /** The distinct items of each session; a session's place is its age, 0 the newest. */
  private final int[] itemStarts;

  private final int[] itemOf;

  /** The sessions of each item, newest first. */
  private final int[] sessionStarts;

  private final int[] sessionOf;
  private final float[] boost;

  /** What a session of an age counts. */
  private final float[] recency;

  private final ThreadLocal<Scratch> scratch;

  public SessionNeighbours(Interactions data, Reach reach) {
    Interactions sessions = data.distinct();
    this.reach = reach;
    int count = sessions.users();
    Integer[] byAge = new Integer[count];
    Arrays.setAll(byAge, i -> i);
    if (data.timed()) {
      Arrays.sort(byAge, (a, b) -> Long.compare(last(data, b), last(data, a)));
    } else {
      Arrays.sort(byAge, (a, b) -> Integer.compare(b, a));
    }
    itemStarts = new int[count + 1];
    itemOf = new int[sessions.size()];
    int[] ageOf = new int[count];
    for (int age = 0; age < count; age++) {
      int session = byAge[age];
      ageOf[session] = age;
      int from = sessions.start(session);
      int size = sessions.start(session + 1) - from;
      for (int i = 0; i < size; i++) {
        itemOf[itemStarts[age] + i] = sessions.item(from + i);
      }
      itemStarts[age + 1] = itemStarts[age] + size;
    }
    sessionStarts = new int[data.items() + 1];
    for (int item : itemOf) {
      sessionStarts[item + 1]++;
    }
    for (int item = 0; item < data.items(); item++) {
      sessionStarts[item + 1] += sessionStarts[item];
    }
    int[] next = sessionStarts.clone();
    sessionOf = new int[itemOf.length];
    for (int age = 0; age < count; age++) {
      for (int i = itemStarts[age]; i < itemStarts[age + 1]; i++) {
        sessionOf[next[itemOf[i]]++] = age;
      }
    }
    int[] frequency = data.itemCounts();
    boost = new float[data.items()];
    for (int item = 0; item < boost.length; item++) {
      boost[item] =
          (float) (1 + reach.idf * Math.log((double) count / Math.max(1, frequency[item])));
    }
    recency = new float[count];
    for (int age = 0; age < count; age++) {
      double halfLives =
          ((double) last(data, byAge[0]) - last(data, byAge[age])) / reach.halfLifeMillis;
      // never zero, which means not found
      recency[age] = (float) Math.max(1e-30, Math.exp(-halfLives * Math.log(2)));
    }
    scratch = ThreadLocal.withInitial(() -> new Scratch(count, data.items()));
  }

  private static long last(Interactions data, int session) {
    int end = data.start(session + 1);
    return end == data.start(session) ? Long.MIN_VALUE : data.timeMillis(end - 1);
  }

  @Override
  public int items() {
    return boost.length;
  }

  /** What one thread works in: as large as the sessions. */
  private static final class Scratch {
    final float[] similarity;
    final int[] step;
    int[] found = new int[1024];
    int size;
    final int[] position;

    Scratch(int sessions, int items) {
      similarity = new float[sessions];
      step = new int[sessions];
      position = new int[items];
    }

    void add(int session) {
      if (size == found.length) {
        found = Arrays.copyOf(found, 2 * size);
      }
      found[size++] = session;
    }
  }

  @Override
  public void score(History history, float[] scores) {
    Arrays.fill(scores, 0, items(), 0);
    History current = history.last(reach.length);
    int length = current.size();
    Scratch work = scratch.get();
    work.size = 0;
    // the newest occurrence of an item is the one that counts
    int distinct = 0;
    for (int place = 0; place < length; place++) {
      distinct += work.position[current.item(place)] == 0 ? 1 : 0;
      work.position[current.item(place)] = place + 1;
    }
    for (int age = 0; age < length; age++) {
      int item = current.newest(age);
      if (work.position[item] != length - age) {
        continue;
      }
      float share = (float) (length - age) / length;
      int to = sessionStarts[item + 1];
      if (reach.perItem > 0) {
        to = Math.min(to, sessionStarts[item] + reach.perItem);
      }
      for (int i = sessionStarts[item]; i < to; i++) {
        int session = sessionOf[i];
        if (work.similarity[session] == 0) {
          work.add(session);
          work.step[session] = age + 1;
        }
        work.similarity[session] += share * share / distinct * recency[session];
      }
    }
    for (int place = 0; place < length; place++) {
      work.position[current.item(place)] = 0;
    }
    vote(work, current, scores);
    for (int i = 0; i < work.size; i++) {
      work.similarity[work.found[i]] = 0;
    }
  }

  private void vote(Scratch work, History current, float[] scores) {
    int[] found = work.found;
    int size = work.size;
    if (size > Math.min(reach.sample, reach.k)) {
      Arrays.sort(found, 0, size); // the newest first: they are preferred among equals
    }
    size = Math.min(size, reach.sample);
    float[] similarity = new float[size];
    for (int i = 0; i < size; i++) {
      similarity[i] = work.similarity[found[i]];
    }
    int[] voters = TopItems.of(similarity, size, reach.k);
    for (int voter : voters) {
      int session = found[voter];
      float weight = similarity[voter] / work.step[session];
      int shared = itemStarts[session];
      while (itemOf[shared] != current.newest(work.step[session] - 1)) {
        shared++;
      }
      for (int i = itemStarts[session]; i < itemStarts[session + 1]; i++) {
        scores[itemOf[i]] += weight * boost[itemOf[i]] * near(Math.abs(i - shared));
      }
    }
  }

  private float near(int places) {
    return reach.distance == Double.POSITIVE_INFINITY
        ? 1
        : (float) Math.exp(-places / reach.distance);
  }
}
