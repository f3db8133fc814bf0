package dev.imasugu.benchmark.vectors;

import dev.imasugu.vector.RowFilter;
import dev.imasugu.vector.SearchPlan;
import dev.imasugu.vector.VectorIndex;
import dev.imasugu.vector.VectorIndexOptions;

/** Our graph. */
final class ImasuguEngine implements Engine {
  private final VectorIndexOptions options;
  private final int threads;
  private final VectorIndex index;

  ImasuguEngine(VectorIndexOptions options, int threads) {
    this.options = options;
    this.threads = threads;
    this.index = VectorIndex.create(options);
  }

  VectorIndex index() {
    return index;
  }

  @Override
  public String name() {
    return "imasugu " + options.connections() + "/" + options.buildBeam();
  }

  @Override
  public void build(Dataset dataset) {
    float[][] base = dataset.base();
    int dimension = dataset.dimension();
    var rows = new int[base.length];
    var flat = new float[base.length * dimension];
    for (int row = 0; row < base.length; row++) {
      rows[row] = row;
      System.arraycopy(base[row], 0, flat, row * dimension, dimension);
    }
    index.putAll(rows, flat, threads);
  }

  @Override
  public int[] search(float[] query, int k, int beamWidth) {
    return index.search(query, k, RowFilter.all(), new SearchPlan.WalkGraph(beamWidth)).rows();
  }

  @Override
  public double bytesPerVector() {
    return index.bytesBesideFloats() / (double) index.size();
  }

  @Override
  public void close() {
    index.close();
  }
}
