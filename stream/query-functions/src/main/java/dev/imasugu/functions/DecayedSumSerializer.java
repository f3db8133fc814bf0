package dev.imasugu.functions;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Stores a {@link DecayedSum} in a checkpoint: its mantissa, its exponent. */
public final class DecayedSumSerializer extends ValueSerializer<DecayedSum> {
  private static final long serialVersionUID = 1L;

  @Override
  public DecayedSum createInstance() {
    return new DecayedSum();
  }

  @Override
  public DecayedSum copy(DecayedSum from) {
    return new DecayedSum(from.mantissa(), from.exponent());
  }

  @Override
  public void serialize(DecayedSum sum, DataOutputView target) throws IOException {
    target.writeDouble(sum.mantissa());
    target.writeLong(sum.exponent());
  }

  @Override
  public DecayedSum deserialize(DataInputView source) throws IOException {
    return new DecayedSum(source.readDouble(), source.readLong());
  }

  @Override
  public TypeSerializerSnapshot<DecayedSum> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The stored form's version. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<DecayedSum> {
    public Snapshot() {
      super(DecayedSumSerializer::new);
    }
  }
}
