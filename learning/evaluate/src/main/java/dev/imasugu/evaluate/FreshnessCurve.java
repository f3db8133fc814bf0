package dev.imasugu.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.imasugu.evaluate.Answers.Kind;
import dev.imasugu.evaluate.Answers.Metric;
import dev.imasugu.metric.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What freshness is worth: nDCG@10 when serving may see what happened only after a delay. The same
 * questions at every point, so differences are paired. For one thread.
 */
public final class FreshnessCurve {
  private static final int K = 10;

  /** What is delayed. */
  public enum Delayed {
    PROFILE("the user's profile"),
    STATISTICS("statistics"),
    BOTH("both");

    private final String words;

    Delayed(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  private record Point(Interval ndcg, Interval hitRate, Interval lost) {}

  private final List<String> delays;
  private final Map<Delayed, Map<String, Point>> points = new LinkedHashMap<>();
  private final PrequentialResult fresh;

  /**
   * Begins with the replay without any delay.
   *
   * @param delays as they are written, the first being none
   */
  public FreshnessCurve(List<String> delays, PrequentialResult fresh) {
    this.delays = List.copyOf(delays);
    this.fresh = fresh;
    for (Delayed delayed : Delayed.values()) {
      add(delayed, delays.getFirst(), fresh);
    }
  }

  /** Adds a replay of the same events. */
  public void add(Delayed delayed, String delay, PrequentialResult result) {
    points
        .computeIfAbsent(delayed, _ -> new LinkedHashMap<>())
        .put(
            delay,
            new Point(
                result.interval(Kind.NEW, 0, Metric.NDCG, K),
                result.interval(Kind.NEW, 0, Metric.HIT_RATE, K),
                result.difference(fresh, Kind.NEW, 0, Metric.NDCG, K)));
  }

  /** Draws it as an SVG file of its own. */
  public String svg() {
    var lines = new ArrayList<Plot.Line>();
    points.forEach(
        (delayed, byDelay) -> {
          var drawn = new ArrayList<double[]>();
          for (int i = 0; i < delays.size(); i++) {
            Point point = byDelay.get(delays.get(i));
            if (point != null) {
              Interval ndcg = point.ndcg;
              drawn.add(new double[] {i, ndcg.estimate(), ndcg.low(), ndcg.high()});
            }
          }
          // Where both cost what one does, the dashes let that one be seen.
          lines.add(new Plot.Line(delayed.words + " delayed", drawn, delayed == Delayed.BOTH));
        });
    return Plot.places(lines, delays, "nDCG@10 of the served lists by delay, with 95 % intervals")
        .replaceFirst(
            "<svg ",
            "<svg xmlns='http://www.w3.org/2000/svg' style='background:#fff' font-family='sans-serif' ");
  }

  /** The points: nDCG and hit rate with their intervals, and what the delay costs, paired. */
  public ArrayNode json() {
    ArrayNode json = new ObjectMapper().createArrayNode();
    points.forEach(
        (delayed, byDelay) ->
            byDelay.forEach(
                (delay, point) -> {
                  var own = json.addObject();
                  own.put("delayed", delayed.words).put("by", delay);
                  write(own.putArray("ndcg10"), point.ndcg);
                  write(own.putArray("hitRate10"), point.hitRate);
                  write(own.putArray("lost"), point.lost);
                }));
    return json;
  }

  private static void write(ArrayNode json, Interval interval) {
    for (double value : new double[] {interval.estimate(), interval.low(), interval.high()}) {
      json.add(Math.round(value * 1e5) / 1e5);
    }
  }
}
