package dev.imasugu.benchmark.vectors;

import java.io.IOException;

/** One of the engines compared: an approximate index over the same vectors. */
interface Engine extends AutoCloseable {
  String name();

  void build(Dataset dataset) throws IOException;

  /** Rows of the best, best first; a wider beam finds more. */
  int[] search(float[] query, int k, int beamWidth) throws IOException;

  /** Bytes a vector beside its floats. */
  double bytesPerVector() throws IOException;

  @Override
  void close() throws IOException;
}
