package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  @TempDir Path folder;

  private Path checkpoint(String path, int second) throws IOException {
    Path checkpoint = Files.createDirectories(folder.resolve(path));
    Path metadata = Files.writeString(checkpoint.resolve("_metadata"), "x");
    Files.setLastModifiedTime(metadata, FileTime.fromMillis(second * 1000L));
    return checkpoint;
  }

  @Test
  void complete_manyRuns_areThoseOfItsJobNewestFirst() throws IOException {
    Path older = checkpoint("g1/job-a/chk-9", 1);
    Path newest = checkpoint("g1/job-b/chk-10", 2);
    Files.createDirectories(folder.resolve("g1/job-b/chk-11")); // cut off while it was written
    Path other = checkpoint("g2/job-c/chk-12", 3);
    var checkpoints = new Checkpoints(folder, "g1");
    assertThat(checkpoints.complete()).containsExactly(newest, older);
    checkpoints.keepOnly(List.of(newest));
    try (var left = Files.walk(folder)) {
      assertThat(left.filter(Files::isRegularFile))
          .containsExactlyInAnyOrder(newest.resolve("_metadata"), other.resolve("_metadata"));
    }
    assertThat(folder.resolve("g2")).exists();
    Checkpoints.keepOnlyJobs(folder, Set.of("g1"));
    assertThat(folder.resolve("g2")).doesNotExist();
    assertThat(newest).exists();
  }

  @Test
  void complete_noFolderYet_isNone() {
    assertThat(new Checkpoints(folder.resolve("none"), "g").complete()).isEmpty();
  }
}
