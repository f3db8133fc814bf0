package dev.imasugu.vector;

/**
 * What an index beyond memory is made for; fixed for its life.
 *
 * @param dimension components of a vector, in [8, 1024]
 * @param metric what a score is
 * @param regions parts that are built one at a time, in [1, 4096]: a build holds one of them in
 *     memory (a 256th of 20 million vectors of 128 takes 50 MB), and goes on with the next when
 *     resumed
 * @param rowsPerCell rows that share a centroid on average, in [16, 65536]: fewer make better codes
 *     and less to read, and cost the memory of a centroid, 9 bytes a component
 * @param seed decides the rotation and the samples; the same seed and vectors give the same files
 */
public record CellIndexOptions(
    int dimension, Metric metric, int regions, int rowsPerCell, long seed) {
  public CellIndexOptions {
    Check.range(
        "dimension", dimension, VectorIndexOptions.MIN_DIMENSION, VectorIndexOptions.MAX_DIMENSION);
    Check.range("regions", regions, 1, 4096);
    Check.range("rowsPerCell", rowsPerCell, 16, 65_536);
  }

  /** For 5 to 100 million vectors. */
  public static CellIndexOptions of(int dimension, Metric metric) {
    return new CellIndexOptions(dimension, metric, 256, 256, 1);
  }
}
