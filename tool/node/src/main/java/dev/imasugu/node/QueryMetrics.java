package dev.imasugu.node;

import dev.imasugu.query.QueryStatus;
import dev.imasugu.query.QueryStatus.State;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What {@link QueryStatus} says, as metrics with the labels {@code query}, {@code version} and
 * {@code live}. One rule of {@code docs/alerts.yaml} for each that somebody should be woken by.
 */
final class QueryMetrics {
  private record Metric(MultiGauge gauge, ToDoubleFunction<QueryStatus> value) {}

  private final Supplier<List<QueryStatus>> queries;
  private final List<Metric> metrics = new ArrayList<>();

  QueryMetrics(Supplier<List<QueryStatus>> queries, MeterRegistry registry, InstantSource clock) {
    this.queries = queries;
    add(registry, "up", "1 unless it failed", q -> q.state() == State.FAILED ? 0 : 1);
    add(
        registry,
        "restarting",
        "1 while it waits to begin again",
        q -> q.state() == State.RESTARTING ? 1 : 0);
    add(registry, "lag.records", "records not read yet", QueryStatus::lag);
    add(registry, "lag.seconds", "how long the oldest has waited", QueryStatus::lagSeconds);
    add(registry, "restarts", "since the start", QueryStatus::restarts);
    add(registry, "late.rows", "events behind the watermark", QueryStatus::lateRows);
    add(registry, "quarantined.rows", "records it failed on", QueryStatus::quarantinedRows);
    add(
        registry,
        "checkpoint.age.seconds",
        "since its state was last stored; NaN for never in this run",
        q -> age(q.checkpointAt(), clock));
    add(registry, "checkpoint.bytes", "size of that", QueryStatus::checkpointBytes);
    add(registry, "rows.per.second", "records read", QueryStatus::rowsPerSecond);
    add(registry, "cpu.micros.per.event", "of its job", QueryStatus::cpuMicrosPerEvent);
    add(registry, "built", "share of the log a version in building has read", QueryStatus::built);
  }

  private void add(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<QueryStatus> value) {
    metrics.add(
        new Metric(
            MultiGauge.builder("imasugu.query." + name).description(description).register(registry),
            value));
  }

  private static double age(@Nullable Instant at, InstantSource clock) {
    return at == null ? Double.NaN : Duration.between(at, clock.instant()).toMillis() / 1e3;
  }

  /** Looks again; call it before every scrape. */
  synchronized void refresh() {
    List<QueryStatus> now = queries.get();
    for (Metric metric : metrics) {
      metric.gauge.register(
          now.stream()
              .<MultiGauge.Row<?>>map(
                  query -> MultiGauge.Row.of(tags(query), () -> metric.value.applyAsDouble(query)))
              .toList(),
          true);
    }
  }

  private static Tags tags(QueryStatus query) {
    return Tags.of(
        "query",
        query.name(),
        "version",
        Integer.toString(query.version()),
        "live",
        Boolean.toString(query.live()));
  }
}
