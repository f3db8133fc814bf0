package dev.imasugu.functions;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;

/**
 * The at most n items with the greatest scores, each by its greatest: best first, ties by name. For
 * one thread.
 *
 * <p>A function of the set of what was offered, in any order and however often: what falls off the
 * end is worse than n others, whose scores only grow.
 */
public final class BestScores {
  static final int MOST = 1000;

  private String[] names = new String[0];
  private double[] scores = new double[0];
  private int size;

  BestScores() {}

  /** Offers an item; {@code n} is the same at every call. */
  void offer(String name, double score, int n) {
    if (n < 1 || n > MOST) {
      throw new IllegalArgumentException("n: " + n + " (expected: 1 to " + MOST + ")");
    }
    int old = 0;
    while (old < size && !names[old].equals(name)) {
      old++;
    }
    if (old < size && scores[old] >= score) {
      return;
    }
    if (old == size) {
      if (size == n && !comesBefore(name, score, size - 1)) {
        return;
      }
      if (size == n) {
        old = size - 1;
      } else {
        names = Arrays.copyOf(names, size + 1);
        scores = Arrays.copyOf(scores, size + 1);
        size++;
      }
    }
    int to = old;
    while (to > 0 && comesBefore(name, score, to - 1)) {
      names[to] = names[to - 1];
      scores[to] = scores[to - 1];
      to--;
    }
    names[to] = name;
    scores[to] = score;
  }

  private boolean comesBefore(String name, double score, int index) {
    return score > scores[index] || (score == scores[index] && name.compareTo(names[index]) < 0);
  }

  ArrayData array() {
    var rows = new Object[size];
    for (int i = 0; i < size; i++) {
      rows[i] = GenericRowData.of(StringData.fromString(names[i]), scores[i]);
    }
    return new GenericArrayData(rows);
  }

  /** Stores them in a checkpoint: a count, then name and score of each. */
  public static final class Serializer extends ValueSerializer<BestScores> {
    private static final long serialVersionUID = 1L;

    @Override
    public BestScores createInstance() {
      return new BestScores();
    }

    @Override
    public BestScores copy(BestScores from) {
      var copy = new BestScores();
      copy.names = from.names.clone();
      copy.scores = from.scores.clone();
      copy.size = from.size;
      return copy;
    }

    @Override
    public void serialize(BestScores best, DataOutputView target) throws IOException {
      target.writeInt(best.size);
      for (int i = 0; i < best.size; i++) {
        target.writeUTF(best.names[i]);
        target.writeDouble(best.scores[i]);
      }
    }

    @Override
    public BestScores deserialize(DataInputView source) throws IOException {
      var best = new BestScores();
      best.size = source.readInt();
      best.names = new String[best.size];
      best.scores = new double[best.size];
      for (int i = 0; i < best.size; i++) {
        best.names[i] = source.readUTF();
        best.scores[i] = source.readDouble();
      }
      return best;
    }

    @Override
    public TypeSerializerSnapshot<BestScores> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  /** The stored form's version. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<BestScores> {
    public Snapshot() {
      super(Serializer::new);
    }
  }
}
