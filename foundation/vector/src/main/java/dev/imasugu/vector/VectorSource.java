package dev.imasugu.vector;

import java.io.IOException;

/** Vectors too many to hold, numbered from 0: the rows of a {@link CellIndex}. */
public interface VectorSource {
  /** How many there are. */
  int count();

  /**
   * Copies the vectors {@code [first, first + count)} to the start of {@code into}, row-major. A
   * build that is resumed, or that samples, asks for the same ones again and must get the same.
   */
  void read(int first, int count, float[] into) throws IOException;
}
