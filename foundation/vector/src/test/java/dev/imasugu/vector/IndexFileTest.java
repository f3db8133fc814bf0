package dev.imasugu.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imasugu.testing.Randomized;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Randomized
class IndexFileTest {
  @TempDir Path folder;

  @Test
  void open_afterSave_answersAlike(RandomGenerator random) throws IOException {
    for (int count : new int[] {0, 1, 127, 128, 129, 1024, 3000}) {
      int dimension = 8 + random.nextInt(100);
      for (var options :
          List.of(
              VectorIndexOptions.exact(dimension, Metric.INNER_PRODUCT),
              VectorIndexOptions.graph(dimension, Metric.COSINE))) {
        Path file = folder.resolve("index");
        try (var index = VectorIndex.create(options)) {
          float[][] vectors = Vectors.random(random, count, dimension);
          for (int row = 0; row < count; row++) {
            index.put(row, vectors[row]);
          }
          for (int i = 0; count != 1024 && i < count / 4; i++) {
            index.remove(random.nextInt(count));
          }
          index.save(file);
          try (var again = VectorIndex.open(file)) {
            assertThat(again.options()).isEqualTo(options);
            assertThat(again.size()).isEqualTo(index.size());
            float[] query = Vectors.gaussian(random, dimension, 1);
            var plan = new SearchPlan.ScanAll();
            assertThat(again.search(query, 50, RowFilter.all(), plan))
                .isEqualTo(index.search(query, 50, RowFilter.all(), plan));
            changeAlike(index, again, random, count);
            assertThat(again.search(query, 50, RowFilter.all(), plan))
                .isEqualTo(index.search(query, 50, RowFilter.all(), plan));
          }
          assertThat(folder).isDirectoryNotContaining("glob:**.partial");
        }
      }
    }
  }

  private static void changeAlike(
      VectorIndex index, VectorIndex again, RandomGenerator random, int count) {
    int dimension = index.options().dimension();
    for (int i = 0; i < count / 2; i++) {
      int row = random.nextInt(count + 10);
      if (random.nextBoolean()) {
        float[] vector = Vectors.gaussian(random, dimension, 1);
        index.put(row, vector);
        again.put(row, vector);
      } else {
        assertThat(again.remove(row)).isEqualTo(index.remove(row));
      }
    }
  }

  @Test
  void open_cutOrAltered_isRefused(RandomGenerator random) throws IOException {
    Path file = folder.resolve("index");
    try (var index = VectorIndex.create(VectorIndexOptions.graph(16, Metric.COSINE))) {
      for (int row = 0; row < 500; row++) {
        index.put(row, Vectors.gaussian(random, 16, 1));
      }
      index.save(file);
    }
    byte[] whole = Files.readAllBytes(file);
    Path other = folder.resolve("other");
    for (int length : new int[] {0, 100, 4096, whole.length / 2, whole.length - 4096}) {
      Files.write(other, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> VectorIndex.open(other))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is refused: length");
    }
    int altered = 0;
    for (int i = 0; i < 200; i++) {
      byte[] wrong = whole.clone();
      int at = i < 40 ? i : random.nextInt(whole.length);
      wrong[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(other, wrong);
      try (var index = VectorIndex.open(other)) {
        // Between sections lie unused bytes.
        assertThat(index.size()).isEqualTo(500);
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("is refused: ");
        altered++;
      }
    }
    assertThat(altered).isGreaterThan(100);
  }

  @Test
  void save_thatFails_leavesTheOldFile() throws IOException {
    Path file = folder.resolve("index");
    try (var index = VectorIndex.create(VectorIndexOptions.exact(8, Metric.COSINE))) {
      index.put(7, Vectors.gaussian(7, 8));
      index.save(file);
      Files.createDirectory(folder.resolve("index.partial"));
      index.put(8, Vectors.gaussian(8, 8));
      assertThatThrownBy(() -> index.save(file)).isInstanceOf(IOException.class);
    }
    try (var index = VectorIndex.open(file)) {
      assertThat(index.size()).isEqualTo(1);
      assertThat(index.contains(7)).isTrue();
    }
  }
}
