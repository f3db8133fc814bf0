package dev.imasugu.benchmark.vectors;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Wip. */
public final class VectorsBench {
  private VectorsBench() {}

  public static void main(String[] args) throws IOException {
    Options options =
        Options.parse(args, "", "data", "dimension", "grow", "seed", "queries", "engines", "rounds");
    Path data = options.path("data");
    int dimension = (int) options.number("dimension", Dataset.guessDimension(data));
    Dataset dataset =
        Dataset.read(
            data,
            dimension,
            (int) options.number("grow", 0),
            options.number("seed", 1),
            (int) options.number("queries", 1000));
    System.err.println("read " + dataset.base().length);
    var engines = new ArrayList<Engine>();
    for (String name : java.util.Objects.requireNonNullElse(options.find("engines"), "imasugu,lucene,jvector").split(",")) {
      engines.add(
          switch (name) {
            case "imasugu" -> new ImasuguEngine(dimension, 1);
            case "lucene" -> new LuceneEngine();
            default -> new JVectorEngine();
          });
    }
    for (Engine engine : engines) {
      long cpu = CpuClock.process();
      engine.build(dataset);
      System.out.printf("%s build %.1f cpu s, %.0f bytes%n", engine.name(), (CpuClock.process() - cpu) / 1e9, engine.bytesPerVector());
    }
    int[] beams = {100, 120, 150, 200, 280, 400, 600, 900};
    int[] beams10 = {10, 15, 20, 30, 45, 70, 100, 150, 220};
    for (int k : new int[] {100, 10}) {
      for (Frontier frontier : measure(engines, dataset, k, k == 100 ? beams : beams10, (int) options.number("rounds", 3))) {
        System.out.printf("%s k=%d  .90 %.0f .95 %.0f  .99 %.0f   %s%n", frontier.engine(), k, frontier.at(.90), frontier.at(.95), frontier.at(.99), frontier.points().stream().map(p -> "%d:%.4f/%.0f".formatted(p.beamWidth(), p.recall(), p.queriesPerSecond())).toList());
      }
    }
    for (Engine engine : engines) {
      engine.close();
    }
  }

  static List<Frontier> measure(List<Engine> engines, Dataset dataset, int k, int[] beams, int rounds) throws IOException {
    Map<String, List<Frontier.Point>> points = new LinkedHashMap<>();
    for (int beam : beams) {
      double[] best = new double[engines.size()];
      double[] recall = new double[engines.size()];
      for (int round = 0; round <= rounds; round++) {
        for (int e = 0; e < engines.size(); e++) {
          Engine engine = engines.get(e);
          long cpu = CpuClock.thread();
          int[][] found = new int[dataset.queries().length][];
          for (int q = 0; q < found.length; q++) {
            found[q] = engine.search(dataset.queries()[q], k, beam);
          }
          double rate = found.length / ((CpuClock.thread() - cpu) / 1e9);
          if (round > 0) best[e] = Math.max(best[e], rate);
          if (round == 0) {
            for (int q = 0; q < found.length; q++) {
              recall[e] += dataset.recall(q, found[q], k) / found.length;
            }
          }
        }
      }
      for (int e = 0; e < engines.size(); e++) {
        points.computeIfAbsent(engines.get(e).name(), _ -> new ArrayList<>()).add(new Frontier.Point(beam, recall[e], best[e]));
      }
    }
    var frontiers = new ArrayList<Frontier>();
    points.forEach((name, list) -> frontiers.add(new Frontier(name, k, list)));
    return frontiers;
  }
}
