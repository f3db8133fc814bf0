package dev.imasugu.functions;

import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RawValueData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.types.variant.Variant;

/**
 * {@code ARRAY<ROW<item STRING, weight DOUBLE>>} as a view of the best of some {@link Neighbours}:
 * Flink asks for the value before and after each change, and mostly looks at its first rows only.
 * Never changes; safe for many threads.
 */
public final class NeighbourArray implements ArrayData {
  private final Neighbours neighbours;
  private final int size;

  NeighbourArray(Neighbours neighbours) {
    this.neighbours = neighbours;
    size = Math.min(neighbours.size(), Neighbours.KEPT);
  }

  @Override
  public int size() {
    return size;
  }

  /** The item of a row, best first. */
  public String item(int index) {
    return neighbours.name(index);
  }

  /** The base-2 logarithm of the row's weight at the epoch. */
  public double weight(int index) {
    return neighbours.log2(index);
  }

  @Override
  public boolean isNullAt(int index) {
    return false;
  }

  @Override
  public RowData getRow(int index, int fields) {
    return GenericRowData.of(StringData.fromString(item(index)), weight(index));
  }

  @Override
  public boolean getBoolean(int index) {
    throw onlyRows();
  }

  @Override
  public byte getByte(int index) {
    throw onlyRows();
  }

  @Override
  public short getShort(int index) {
    throw onlyRows();
  }

  @Override
  public int getInt(int index) {
    throw onlyRows();
  }

  @Override
  public long getLong(int index) {
    throw onlyRows();
  }

  @Override
  public float getFloat(int index) {
    throw onlyRows();
  }

  @Override
  public double getDouble(int index) {
    throw onlyRows();
  }

  @Override
  public StringData getString(int index) {
    throw onlyRows();
  }

  @Override
  public DecimalData getDecimal(int index, int precision, int scale) {
    throw onlyRows();
  }

  @Override
  public TimestampData getTimestamp(int index, int precision) {
    throw onlyRows();
  }

  @Override
  public <T> RawValueData<T> getRawValue(int index) {
    throw onlyRows();
  }

  @Override
  public Variant getVariant(int index) {
    throw onlyRows();
  }

  @Override
  public byte[] getBinary(int index) {
    throw onlyRows();
  }

  @Override
  public ArrayData getArray(int index) {
    throw onlyRows();
  }

  @Override
  public MapData getMap(int index) {
    throw onlyRows();
  }

  @Override
  public boolean[] toBooleanArray() {
    throw onlyRows();
  }

  @Override
  public byte[] toByteArray() {
    throw onlyRows();
  }

  @Override
  public short[] toShortArray() {
    throw onlyRows();
  }

  @Override
  public int[] toIntArray() {
    throw onlyRows();
  }

  @Override
  public long[] toLongArray() {
    throw onlyRows();
  }

  @Override
  public float[] toFloatArray() {
    throw onlyRows();
  }

  @Override
  public double[] toDoubleArray() {
    throw onlyRows();
  }

  private static UnsupportedOperationException onlyRows() {
    return new UnsupportedOperationException("an array of rows (expected: getRow)");
  }
}
