package dev.imasugu.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.query.QueryStatus;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class QueryMetricsTest {
  private static final Instant NOW = Instant.parse("2026-08-20T09:30:00Z");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private static QueryStatus status(int version, boolean live) {
    return new QueryStatus(
        "popularity",
        version,
        live,
        QueryStatus.Kind.STATISTICS,
        "statistics-" + version,
        live ? QueryStatus.State.RUNNING : QueryStatus.State.BUILDING,
        17,
        0.5,
        1,
        2,
        3,
        NOW.minusSeconds(9),
        4096,
        1000,
        12.5,
        live ? 1 : 0.25,
        null,
        null);
  }

  @Test
  void refresh_aVersionIsGone_itsMetricsAreToo() {
    var versions = new ArrayList<>(List.of(status(1, true), status(2, false)));
    var metrics = new QueryMetrics(() -> List.copyOf(versions), registry, () -> NOW);
    metrics.refresh();
    assertThat(registry.scrape())
        .contains(
            "imasugu_query_checkpoint_age_seconds{live=\"true\",query=\"popularity\",version=\"1\"} 9.0")
        .contains("imasugu_query_built{live=\"false\",query=\"popularity\",version=\"2\"} 0.25");
    versions.removeFirst();
    metrics.refresh();
    assertThat(registry.scrape()).doesNotContain("version=\"1\"").contains("version=\"2\"");
  }

  @Test
  void alerts_everyMetricTheyName_isThere() throws Exception {
    new QueryMetrics(() -> List.of(status(1, true)), registry, () -> NOW).refresh();
    Matcher names =
        Pattern.compile("imasugu_query_\\w+")
            .matcher(Files.readString(Path.of("../../docs/alerts.yaml")));
    var named = new TreeSet<String>();
    while (names.find()) {
      named.add(names.group());
    }
    assertThat(named).hasSizeGreaterThan(8);
    String scraped = registry.scrape();
    assertThat(named).allSatisfy(name -> assertThat(scraped).contains(name + "{"));
  }
}
