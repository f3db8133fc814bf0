package dev.imasugu.benchmark.vectors;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds every engine and queries them in turns: recall, queries per CPU-second, build, memory. */
final class CompareEngines {
  private static final int[] BEAMS_100 = {100, 120, 150, 200, 280, 400, 600, 900};
  private static final int[] BEAMS_10 = {10, 15, 20, 30, 45, 70, 100, 150, 220};

  private final Dataset dataset;
  private final List<Engine> engines;
  private final int rounds;
  private final List<Frontier> measured = new ArrayList<>();

  CompareEngines(Dataset dataset, List<Engine> engines, int rounds) {
    this.dataset = dataset;
    this.engines = engines;
    this.rounds = rounds;
  }

  /** Everything the table needs, engine by engine. */
  Map<String, Object> run() throws IOException {
    var results = new LinkedHashMap<String, Map<String, Object>>();
    for (Engine engine : engines) {
      var result = new LinkedHashMap<String, Object>();
      long cpu = CpuClock.process();
      engine.build(dataset);
      result.put("buildCpuSeconds", (CpuClock.process() - cpu) / 1e9);
      result.put("bytesPerVector", engine.bytesPerVector());
      results.put(engine.name(), result);
      System.out.printf("%-20s built: %s%n", engine.name(), Json.of(result));
    }
    for (int k : new int[] {100, 10}) {
      for (Frontier frontier : measure(k, k == 100 ? BEAMS_100 : BEAMS_10)) {
        Map<String, Object> result = results.get(frontier.engine());
        measured.add(frontier);
        if (result == null) {
          continue;
        }
        result.put("qps@" + k + "@.95", frontier.at(.95));
        result.put("qps@" + k + "@.99", frontier.at(.99));
        result.put(
            "curve@" + k,
            frontier.points().stream()
                .map(point -> List.of(point.beamWidth(), point.recall(), point.queriesPerSecond()))
                .toList());
        System.out.printf(
            "%-20s recall@%d  .95: %,.0f q/s  .99: %,.0f q/s%n",
            frontier.engine(), k, frontier.at(.95), frontier.at(.99));
      }
    }
    return new LinkedHashMap<>(results);
  }

  /** What was measured, for k = 100 and 10. */
  List<Frontier> frontiers() {
    return List.copyOf(measured);
  }

  /** One warming round, then the best of the others: what the machine can do undisturbed. */
  private List<Frontier> measure(int k, int[] beams) throws IOException {
    var points = new LinkedHashMap<String, List<Frontier.Point>>();
    var progress = new Progress("recall@" + k, (long) beams.length * (rounds + 1) * engines.size());
    for (int beam : beams) {
      var best = new double[engines.size()];
      var recall = new double[engines.size()];
      for (int round = 0; round <= rounds; round++) {
        for (int e = 0; e < engines.size(); e++) {
          Engine engine = engines.get(e);
          var found = new int[dataset.queries().length][];
          long cpu = CpuClock.thread();
          for (int q = 0; q < found.length; q++) {
            found[q] = engine.search(dataset.queries()[q], k, beam);
          }
          double rate = found.length / ((CpuClock.thread() - cpu) / 1e9);
          if (round == 0) {
            for (int q = 0; q < found.length; q++) {
              recall[e] += dataset.recall(q, found[q], k) / found.length;
            }
          } else {
            best[e] = Math.max(best[e], rate);
          }
          progress.step(1);
        }
      }
      for (int e = 0; e < engines.size(); e++) {
        points
            .computeIfAbsent(engines.get(e).name(), _ -> new ArrayList<>())
            .add(new Frontier.Point(beam, recall[e], best[e]));
      }
    }
    progress.end();
    var frontiers = new ArrayList<Frontier>();
    points.forEach((name, list) -> frontiers.add(new Frontier(name, k, list)));
    return frontiers;
  }
}
