package dev.imasugu.evaluate;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * A plain way to make lists, to be compared with: it is asked before each event and learns from it
 * afterwards. For one thread.
 */
sealed interface Rival {
  /**
   * Returns the best items now.
   *
   * @param last the user's newest item
   * @param now milliseconds
   * @param passes items that may be in it
   */
  int[] list(int last, long now, int most, IntPredicate passes);

  /**
   * Takes an interaction.
   *
   * @param last the user's item before, or -1
   */
  void learn(int last, int item, long now);

  /** Items by the number of their interactions since the beginning. */
  final class Popularity implements Rival {
    private final Leaderboard items = new Leaderboard();

    @Override
    public int[] list(int last, long now, int most, IntPredicate passes) {
      return items.first(most, passes);
    }

    @Override
    public void learn(int last, int item, long now) {
      items.set(item, items.weight(item) + 1);
    }
  }

  /** Items by the number of their interactions in a window that ends now. */
  final class WindowPopularity implements Rival {
    private record Counted(long at, int item) {}

    private final long window;
    private final Leaderboard items = new Leaderboard();
    private final Deque<Counted> counted = new ArrayDeque<>();

    WindowPopularity(Duration window) {
      this.window = window.toMillis();
    }

    @Override
    public int[] list(int last, long now, int most, IntPredicate passes) {
      while (!counted.isEmpty() && counted.getFirst().at <= now - window) {
        int item = counted.removeFirst().item;
        items.set(item, items.weight(item) - 1);
      }
      return items.first(most, passes);
    }

    @Override
    public void learn(int last, int item, long now) {
      counted.add(new Counted(now, item));
      items.set(item, items.weight(item) + 1);
    }
  }

  /** Items by their interactions, each halved with every half-life that has passed. */
  final class DecayedPopularity implements Rival {
    /** Half-lives after which weights, which only grow, are brought back to scale. */
    private static final double RESCALE = 500;

    private final long halfLife;
    private final Leaderboard items = new Leaderboard();
    private long landmark = Long.MIN_VALUE;

    DecayedPopularity(Duration halfLife) {
      this.halfLife = halfLife.toMillis();
    }

    Duration halfLife() {
      return Duration.ofMillis(halfLife);
    }

    @Override
    public int[] list(int last, long now, int most, IntPredicate passes) {
      return items.first(most, passes);
    }

    @Override
    public void learn(int last, int item, long now) {
      if (landmark == Long.MIN_VALUE) {
        landmark = now;
      }
      double age = (double) (now - landmark) / halfLife;
      if (age > RESCALE) {
        items.scale(Math.pow(2, -age));
        landmark = now;
        age = 0;
      }
      items.set(item, items.weight(item) + Math.pow(2, age));
    }
  }

  /** What most often came right after the user's newest item; filled up with what is popular. */
  final class LastItemTransition implements Rival {
    private static final class Followers {
      int[] items = new int[2];
      int[] counts = new int[2];
      int size;

      void add(int item) {
        int place = 0;
        while (place < size && items[place] != item) {
          place++;
        }
        if (place == items.length) {
          items = Arrays.copyOf(items, 2 * size);
          counts = Arrays.copyOf(counts, 2 * size);
        }
        if (place == size) {
          size++;
          counts[place] = 0;
        }
        int count = counts[place] + 1;
        for (; place > 0 && counts[place - 1] < count; place--) {
          items[place] = items[place - 1];
          counts[place] = counts[place - 1];
        }
        items[place] = item;
        counts[place] = count;
      }
    }

    private final Map<Integer, Followers> followers = new HashMap<>();
    private final Leaderboard popular = new Leaderboard();

    @Override
    public int[] list(int last, long now, int most, IntPredicate passes) {
      int[] found = new int[most];
      int count = 0;
      Followers known = followers.get(last);
      for (int i = 0; known != null && i < known.size && count < most; i++) {
        if (passes.test(known.items[i])) {
          found[count++] = known.items[i];
        }
      }
      int own = count;
      int[] rest =
          popular.first(
              most - own,
              item -> {
                for (int i = 0; i < own; i++) {
                  if (found[i] == item) {
                    return false;
                  }
                }
                return passes.test(item);
              });
      System.arraycopy(rest, 0, found, own, rest.length);
      return Arrays.copyOf(found, own + rest.length);
    }

    @Override
    public void learn(int last, int item, long now) {
      popular.set(item, popular.weight(item) + 1);
      if (last >= 0) {
        followers.computeIfAbsent(last, _ -> new Followers()).add(item);
      }
    }
  }
}
