package dev.imasugu.benchmark.vectors;

import dev.imasugu.vector.Metric;
import dev.imasugu.vector.VectorIndex;
import dev.imasugu.vector.VectorIndexOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Measures the vector engine; the last line of its output is one JSON object. */
public final class VectorsBench {
  private static final String HELP =
      """
      Measures the vector engine, in turns with Lucene's and JVector's graphs.

        --data DIR       folder with base.f32 and query.f32, or base.i8.zst and query.i8.zst
        --dimension N    of the vectors (default: 384 for f32, 128 for i8)
        --grow N         mixes real vectors until there are N
        --seed N         of the mixtures, filters and streams (default 1)
        --only LIST      of graph, filter, exact, batch, stream, threads (default: all these),
                         or beyond: an index beyond memory of --grow vectors
        --engines LIST   of imasugu, lucene, jvector (default: all)
        --queries N      how many queries (default 1000)
        --rounds N       how often each is measured; the best counts (default 3)
        --operations N   of the stream (default 1000000)
        --picture FILE   an SVG of recall against queries a second, of the graphs
        --connections N  of our graph (default: the engine's)
        --build-beam N   of our graph (default: the engine's)
        --folder DIR     of the index beyond memory; a build that was stopped goes on
        --cells N        cells that its searches look at (default: the engine's)
        --reranked N     rows that its searches read from disk (default: the engine's)
      """;

  private final Dataset dataset;
  private final Options options;
  private final int rounds;
  private final long seed;

  private VectorsBench(Dataset dataset, Options options) {
    this.dataset = dataset;
    this.options = options;
    this.rounds = (int) options.number("rounds", 3);
    this.seed = options.number("seed", 1);
  }

  public static void main(String[] args) throws IOException {
    Options options =
        Options.parse(
            args,
            HELP,
            "data",
            "dimension",
            "grow",
            "seed",
            "only",
            "engines",
            "queries",
            "rounds",
            "operations",
            "picture",
            "connections",
            "build-beam",
            "folder",
            "cells",
            "reranked");
    if (options.helped()) {
      return;
    }
    Path data = options.path("data");
    if ("beyond".equals(options.find("only"))) {
      System.out.println(Json.of(MeasureBeyond.of(data, options).run()));
      return;
    }
    Dataset dataset =
        Dataset.read(
            data,
            (int) options.number("dimension", Dataset.guessDimension(data)),
            (int) options.number("grow", 0),
            options.number("seed", 1),
            (int) options.number("queries", 1000));
    System.out.printf(
        "%s: %,d vectors of %d dimensions, %,d queries%n",
        dataset.name(), dataset.base().length, dataset.dimension(), dataset.queries().length);
    System.out.println(Json.of(new VectorsBench(dataset, options).run()));
  }

  private Map<String, Object> run() throws IOException {
    var results = new LinkedHashMap<String, Object>();
    results.put("data", dataset.name());
    results.put("vectors", dataset.base().length);
    results.put("dimension", dataset.dimension());
    List<String> only = list("only", "graph,filter,exact,batch,threads,stream");
    if (only.contains("graph") || only.contains("filter")) {
      compare(only, results);
    }
    if (only.contains("exact") || only.contains("batch")) {
      exact(only, results);
    }
    if (only.contains("threads")) {
      results.put("threads", threads());
    }
    if (only.contains("stream")) {
      var stream = new MeasureStream(dataset, seed);
      results.put("stream", stream.run((int) options.number("operations", 1_000_000)));
    }
    return results;
  }

  private VectorIndexOptions graph() {
    VectorIndexOptions usual = VectorIndexOptions.graph(dataset.dimension(), Metric.COSINE);
    return new VectorIndexOptions(
        usual.dimension(),
        usual.metric(),
        (int) options.number("connections", usual.connections()),
        (int) options.number("build-beam", usual.buildBeam()),
        usual.searchBeam());
  }

  private List<String> list(String name, String otherwise) {
    return Arrays.asList(Objects.requireNonNullElse(options.find(name), otherwise).split(","));
  }

  private void compare(List<String> only, Map<String, Object> results) throws IOException {
    List<String> names = list("engines", "imasugu,lucene,jvector");
    var ours = new ImasuguEngine(graph(), 1);
    var lucene = new LuceneEngine();
    var engines = new ArrayList<Engine>();
    for (String name : names) {
      engines.add(
          switch (name) {
            case "imasugu" -> ours;
            case "lucene" -> lucene;
            case "jvector" -> new JVectorEngine();
            default ->
                throw new IllegalArgumentException(
                    "--engines: %s (expected: of imasugu, lucene, jvector)".formatted(name));
          });
    }
    try {
      if (only.contains("graph")) {
        var comparison = new CompareEngines(dataset, engines, rounds);
        results.putAll(comparison.run());
        if (options.has("picture")) {
          ParetoPicture.write(options.path("picture"), dataset.name(), comparison.frontiers());
        }
      } else {
        ours.build(dataset);
        lucene.build(dataset);
      }
      if (only.contains("filter")) {
        results.putAll(new CompareFilters(dataset, ours.index(), lucene, seed).run(rounds));
      }
    } finally {
      for (Engine engine : engines) {
        engine.close();
      }
    }
  }

  private void exact(List<String> only, Map<String, Object> results) {
    VectorIndexOptions shape = VectorIndexOptions.exact(dataset.dimension(), Metric.COSINE);
    try (var index = VectorIndex.create(shape)) {
      for (int row = 0; row < dataset.base().length; row++) {
        index.put(row, dataset.base()[row]);
      }
      var measure = new MeasureExact(dataset, index);
      if (only.contains("exact")) {
        int queries = Math.min(100, dataset.queries().length);
        results.put("exact", measure.scan(queries, rounds));
      }
      if (only.contains("batch")) {
        results.put("batch", measure.batch(rounds));
      }
    }
  }

  /** Wall time of a build on one thread and on two. */
  private Map<String, Object> threads() {
    var result = new LinkedHashMap<String, Object>();
    for (int threads = 1; threads <= 2; threads++) {
      try (var engine = new ImasuguEngine(graph(), threads)) {
        long start = System.nanoTime();
        long cpu = CpuClock.process();
        engine.build(dataset);
        result.put("wallSeconds" + threads, (System.nanoTime() - start) / 1e9);
        result.put("cpuSeconds" + threads, (CpuClock.process() - cpu) / 1e9);
      }
    }
    System.out.println("threads: " + Json.of(result));
    return result;
  }
}
