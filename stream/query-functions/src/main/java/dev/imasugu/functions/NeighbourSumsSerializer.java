package dev.imasugu.functions;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Stores {@link NeighbourSums} in a checkpoint: a count, then name, mantissa, exponent of each. */
public final class NeighbourSumsSerializer extends ValueSerializer<NeighbourSums> {
  private static final long serialVersionUID = 1L;

  @Override
  public NeighbourSums createInstance() {
    return new NeighbourSums();
  }

  @Override
  public NeighbourSums copy(NeighbourSums from) {
    return new NeighbourSums(from.lend());
  }

  @Override
  public void serialize(NeighbourSums sums, DataOutputView target) throws IOException {
    Neighbours neighbours = sums.neighbours();
    target.writeInt(neighbours.size());
    for (int i = 0; i < neighbours.size(); i++) {
      target.writeUTF(neighbours.name(i));
      target.writeDouble(neighbours.mantissa(i));
      target.writeLong(neighbours.exponent(i));
    }
  }

  @Override
  public NeighbourSums deserialize(DataInputView source) throws IOException {
    int size = source.readInt();
    var names = new String[size];
    var mantissas = new double[size];
    var exponents = new long[size];
    for (int i = 0; i < size; i++) {
      names[i] = source.readUTF();
      mantissas[i] = source.readDouble();
      exponents[i] = source.readLong();
    }
    return new NeighbourSums(new Neighbours(names, mantissas, exponents));
  }

  @Override
  public TypeSerializerSnapshot<NeighbourSums> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The stored form's version. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<NeighbourSums> {
    public Snapshot() {
      super(NeighbourSumsSerializer::new);
    }
  }
}
