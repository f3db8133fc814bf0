package dev.imasugu.evaluate;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.Optional;

/** The folder of run records, a JSON file each: what is there need not be run again. */
final class Runs {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final Path folder;

  Runs(Path folder) {
    this.folder = folder;
  }

  Optional<RunRecord> find(String key) {
    Path file = file(key);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), RunRecord.class));
    } catch (IOException e) {
      throw new IllegalStateException(
          file + ": not a record of a run (expected: delete it, or another --runs folder)", e);
    }
  }

  void put(RunRecord run) {
    try {
      Files.createDirectories(folder);
      Path half = Files.createTempFile(folder, "run", ".half");
      Files.writeString(half, JSON.writeValueAsString(run));
      Files.move(
          half,
          file(run.key()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": not writable, " + e.getMessage(), e);
    }
  }

  private Path file(String key) {
    return folder.resolve(key + ".json");
  }

  static String encode(float[] values) {
    var bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  static float[] decode(String text) {
    var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text)).asFloatBuffer();
    float[] values = new float[bytes.remaining()];
    bytes.get(values);
    return values;
  }
}
