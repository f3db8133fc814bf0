package dev.imasugu.vector;

/**
 * What an index is made for; fixed for its life.
 *
 * @param dimension components of a vector, in [8, 1024]
 * @param metric what a score is
 * @param connections links a graph node may have, in [4, 128], or 0 for no graph: searches then
 *     scan. More links find more per step and cost 4 bytes each
 * @param buildBeam nodes kept while looking for a new node's neighbours, at least connections
 *     (*efConstruction* in Malkov &amp; Yashunin 2018)
 * @param searchBeam nodes kept while searching, as a multiple of k, at least 1 (*ef* = searchBeam *
 *     k there): the dial between speed and recall
 */
public record VectorIndexOptions(
    int dimension, Metric metric, int connections, int buildBeam, double searchBeam) {
  /** Smallest dimension an index takes. */
  public static final int MIN_DIMENSION = 8;

  /** Largest dimension an index takes. */
  public static final int MAX_DIMENSION = 1024;

  public VectorIndexOptions {
    Check.range("dimension", dimension, MIN_DIMENSION, MAX_DIMENSION);
    if (connections != 0) {
      Check.range("connections", connections, 4, 128);
      Check.range("buildBeam", buildBeam, connections, 4096);
    }
    if (!(searchBeam >= 1 && searchBeam <= 1000)) {
      throw new IllegalArgumentException(
          "searchBeam: %s (expected: in [1, 1000])".formatted(searchBeam));
    }
  }

  /** No graph: every search scans. Right below some 50,000 rows, and for k in the thousands. */
  public static VectorIndexOptions exact(int dimension, Metric metric) {
    return new VectorIndexOptions(dimension, metric, 0, 0, 1);
  }

  /** A graph with defaults that reach a recall@100 of about .97 on text embeddings. */
  public static VectorIndexOptions graph(int dimension, Metric metric) {
    return new VectorIndexOptions(dimension, metric, 32, 160, 1.5);
  }

  boolean hasGraph() {
    return connections > 0;
  }
}
