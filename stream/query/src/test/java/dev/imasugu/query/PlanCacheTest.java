package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCacheTest {
  @TempDir private Path folder;

  @Test
  void plan_asBefore_comesFromItsFileUnderANewId() throws IOException {
    JobGraph planned = planner("one").plan(job("counts"));

    JobGraph found = planner("other").plan(job("counts"));

    assertThat(files()).hasSize(1);
    assertThat(found.getJobID()).isNotEqualTo(planned.getJobID());
    assertThat(names(found)).isEqualTo(names(planned));
    assertThat(found.getJobConfiguration().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .contains("/other/")
        .doesNotContain("/one/");
  }

  @Test
  void plan_otherQuery_isPlanned() throws IOException {
    planner("one").plan(job("counts"));

    JobGraph other = planner("one").plan(job("touches"));

    assertThat(files()).hasSize(2);
    assertThat(names(other)).anyMatch(name -> name.contains("touches"));
  }

  @Test
  void plan_fileOfAnotherPlan_isWhatIsRead() throws IOException {
    planner("one").plan(job("counts"));
    Path counts = files().getFirst();
    planner("one").plan(job("touches"));
    Path touches = files().stream().filter(file -> !file.equals(counts)).findFirst().orElseThrow();
    Files.copy(touches, counts, StandardCopyOption.REPLACE_EXISTING);

    JobGraph read = planner("one").plan(job("counts"));

    assertThat(names(read)).anyMatch(name -> name.contains("touches"));
  }

  @Test
  void plan_damagedFile_isPlannedAgain() throws IOException {
    JobGraph planned = planner("one").plan(job("counts"));
    Path file = files().getFirst();
    byte[] half = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(half, half.length / 2));

    JobGraph again = planner("one").plan(job("counts"));

    assertThat(names(again)).isEqualTo(names(planned));
    assertThat(Files.size(file)).isEqualTo(half.length);
  }

  @Test
  void write_moreThanAreKept_theOldestGo() throws IOException {
    var cache = new PlanCache(folder.resolve("plans"));
    JobGraph graph = planner("one").plan(job("counts"));

    for (int i = 0; i < PlanCache.MAX_FILES + 5; i++) {
      cache.write(PlanCache.key("plan " + i), graph);
    }

    assertThat(files()).hasSize(PlanCache.MAX_FILES);
  }

  private Planner planner(String project) {
    var settings =
        new QuerySettings(
            folder.resolve(project), Duration.ofSeconds(1), 1, Duration.ZERO, plans());
    return new Planner("engine-of-a-test", settings, 1, Functions.BUILT_IN);
  }

  private static JobSpec job(String table) {
    String sql =
        """
        -- How often each item was touched.
        --
        -- kind: statistics
        CREATE TABLE %s (
          item_id STRING,
          events BIGINT,
          PRIMARY KEY (item_id) NOT ENFORCED
        );

        INSERT INTO %s SELECT item_id, COUNT(*) FROM events GROUP BY item_id;
        """
            .formatted(table, table);
    var file = new QueryFile("sql/" + table + ".sql", sql);
    return Planner.alone(QueryPlan.of(List.of(file)).queries().getFirst());
  }

  private static List<String> names(JobGraph graph) {
    return Stream.of(graph.getVerticesAsArray()).map(vertex -> vertex.getName()).sorted().toList();
  }

  private Path plans() {
    return folder.resolve("plans");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(plans())) {
      return files.toList();
    }
  }
}
