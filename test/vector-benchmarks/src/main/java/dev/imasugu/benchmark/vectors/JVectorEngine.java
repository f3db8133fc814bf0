package dev.imasugu.benchmark.vectors;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/** JVector's graph over floats, with the settings of its own examples. */
final class JVectorEngine implements Engine {
  private static final int CONNECTIONS = 32;
  private static final int BEAM_WIDTH = 100;
  private static final float OVERFLOW = 1.2f;
  private static final float ALPHA = 1.2f;
  private static final VectorSimilarityFunction DOT = VectorSimilarityFunction.DOT_PRODUCT;

  private final VectorTypeSupport types =
      VectorizationProvider.getInstance().getVectorTypeSupport();
  private @Nullable ListRandomAccessVectorValues vectors;
  private @Nullable ImmutableGraphIndex graph;
  private @Nullable GraphSearcher searcher;
  private double bytesPerVector;

  @Override
  public String name() {
    return "jvector " + CONNECTIONS + "/" + BEAM_WIDTH;
  }

  @Override
  @SuppressWarnings("deprecation") // its replacement cannot switch the hierarchy on
  public void build(Dataset dataset) throws IOException {
    var list = new ArrayList<VectorFloat<?>>();
    for (float[] vector : dataset.base()) {
      list.add(types.createFloatVector(vector));
    }
    var values = new ListRandomAccessVectorValues(list, dataset.dimension());
    vectors = values;
    try (var one = new ForkJoinPool(1);
        var builder =
            new GraphIndexBuilder(
                BuildScoreProvider.randomAccessScoreProvider(values, DOT),
                dataset.dimension(),
                CONNECTIONS,
                BEAM_WIDTH,
                OVERFLOW,
                ALPHA,
                true,
                true,
                one,
                one)) {
      ImmutableGraphIndex built = builder.build(values);
      graph = built;
      searcher = new GraphSearcher(built);
      bytesPerVector = builder.ramBytesUsed() / (double) list.size();
    }
  }

  @Override
  public int[] search(float[] query, int k, int beamWidth) {
    ListRandomAccessVectorValues values = vectors;
    GraphSearcher known = searcher;
    if (values == null || known == null) {
      throw new IllegalStateException("jvector: not built (expected: built)");
    }
    var scores = DefaultSearchScoreProvider.exact(types.createFloatVector(query), DOT, values);
    SearchResult.NodeScore[] found =
        known.search(scores, k, Math.max(k, beamWidth), 0f, 0f, Bits.ALL).getNodes();
    var rows = new int[Math.min(k, found.length)];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = found[i].node;
    }
    return rows;
  }

  @Override
  public double bytesPerVector() {
    return bytesPerVector;
  }

  @Override
  public void close() throws IOException {
    GraphSearcher known = searcher;
    if (known != null) {
      known.close();
    }
    ImmutableGraphIndex built = graph;
    if (built != null) {
      built.close();
    }
  }
}
