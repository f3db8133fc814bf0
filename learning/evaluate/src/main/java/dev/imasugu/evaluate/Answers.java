package dev.imasugu.evaluate;

import dev.imasugu.metric.RankMetrics;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * What a replay was asked and how each line ranked what was wanted: a few bytes for each, whatever
 * the metrics. For one thread.
 */
final class Answers {
  /** Ranks from here on are not told apart. */
  static final int DEPTH = 20;

  /** What a question is about. */
  enum Kind {
    /** Items that the user never touched before; lists without those they did. */
    NEW,
    /** Items that the user touched before; lists as they are. */
    REPEAT,
    /** Whatever comes next; lists as they are. */
    ANY
  }

  private final int lines;
  private Kind[] kinds = new Kind[1024];
  private int[] users = new int[1024];
  private long[] times = new long[1024];
  private int[] histories = new int[1024];
  private long[] ages = new long[1024];
  private int[] starts = new int[1025];
  private byte[] ranks = new byte[4096];
  private int size;

  Answers(int lines) {
    this.lines = lines;
  }

  int size() {
    return size;
  }

  /**
   * Adds a question.
   *
   * @param history interactions of the user before
   * @param age milliseconds since anybody first touched the item that is wanted first, -1 for never
   * @param found by line, the ascending ranks of what was wanted, 0 for none of the first {@link
   *     #DEPTH}; all of one length
   */
  void add(Kind kind, int user, long time, int history, long age, byte[][] found) {
    if (size == users.length) {
      kinds = Arrays.copyOf(kinds, 2 * size);
      users = Arrays.copyOf(users, 2 * size);
      times = Arrays.copyOf(times, 2 * size);
      histories = Arrays.copyOf(histories, 2 * size);
      ages = Arrays.copyOf(ages, 2 * size);
      starts = Arrays.copyOf(starts, 2 * size + 1);
    }
    kinds[size] = kind;
    users[size] = user;
    times[size] = time;
    histories[size] = history;
    ages[size] = age;
    int at = starts[size];
    int wanted = found[0].length;
    if (at + lines * wanted > ranks.length) {
      ranks = Arrays.copyOf(ranks, Math.max(2 * ranks.length, at + lines * wanted));
    }
    for (byte[] line : found) {
      System.arraycopy(line, 0, ranks, at, wanted);
      at += wanted;
    }
    starts[++size] = at;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeInt(size);
    for (int i = 0; i < size; i++) {
      out.writeUTF(kinds[i].name());
      out.writeInt(users[i]);
      out.writeLong(times[i]);
      out.writeInt(histories[i]);
      out.writeLong(ages[i]);
      out.writeInt((starts[i + 1] - starts[i]) / lines);
      out.write(ranks, starts[i], starts[i + 1] - starts[i]);
    }
  }

  /** Adds what was written. */
  void read(DataInputStream in) throws IOException {
    for (int left = in.readInt(); left > 0; left--) {
      Kind kind = Kind.valueOf(in.readUTF());
      int user = in.readInt();
      long time = in.readLong();
      int history = in.readInt();
      long age = in.readLong();
      byte[][] found = new byte[lines][in.readInt()];
      for (byte[] line : found) {
        in.readFully(line);
      }
      add(kind, user, time, history, age, found);
    }
  }

  Kind kind(int question) {
    return kinds[question];
  }

  int user(int question) {
    return users[question];
  }

  long time(int question) {
    return times[question];
  }

  int history(int question) {
    return histories[question];
  }

  long age(int question) {
    return ages[question];
  }

  /** The ranks of what was wanted, ascending, infinite for what was not in the list. */
  double[] ranks(int question, int line) {
    int wanted = (starts[question + 1] - starts[question]) / lines;
    double[] found = new double[wanted];
    for (int i = 0; i < wanted; i++) {
      int rank = ranks[starts[question] + line * wanted + i];
      found[i] = rank == 0 ? Double.POSITIVE_INFINITY : rank;
    }
    Arrays.sort(found);
    return found;
  }

  /** A number for one list. */
  enum Metric {
    HIT_RATE {
      @Override
      double of(double[] ranks, int k) {
        return RankMetrics.hit(ranks, k);
      }
    },
    RECALL {
      @Override
      double of(double[] ranks, int k) {
        return RankMetrics.recall(ranks, k);
      }
    },
    NDCG {
      @Override
      double of(double[] ranks, int k) {
        return RankMetrics.ndcg(ranks, k);
      }
    },
    MRR {
      @Override
      double of(double[] ranks, int k) {
        return RankMetrics.reciprocalRank(ranks, k);
      }
    };

    abstract double of(double[] ranks, int k);
  }
}
