package dev.imasugu.train;

import dev.imasugu.config.ConfigException;
import dev.imasugu.config.Nearest;
import dev.imasugu.config.YamlBinder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Trainers by name: {@code models/NAME.yaml} of a folder, else those that come with the product.
 */
public final class Trainers {
  private static final String NAMES = "names.txt";

  private Trainers() {}

  /**
   * Reads a trainer from YAML.
   *
   * @param file the name to show in errors
   * @throws ConfigException if it is none
   */
  public static Trainer parse(String file, String yaml) {
    return YamlBinder.bind(file, yaml, Trainer.class);
  }

  /**
   * Returns a trainer's YAML.
   *
   * @param folder looked into first; null for what comes with the product only
   * @throws ConfigException if nobody knows the name
   */
  public static String yaml(String name, @Nullable Path folder) {
    if (folder != null && Files.isRegularFile(folder.resolve(name + ".yaml"))) {
      try {
        return Files.readString(folder.resolve(name + ".yaml"));
      } catch (IOException e) {
        throw new ConfigException(folder.resolve(name + ".yaml") + ": not readable, " + e);
      }
    }
    var known = new TreeSet<>(names());
    if (folder != null) {
      try (var files = Files.list(folder)) {
        files
            .map(path -> String.valueOf(path.getFileName()))
            .filter(file -> file.endsWith(".yaml"))
            .forEach(file -> known.add(file.substring(0, file.length() - ".yaml".length())));
      } catch (IOException e) {
        throw new ConfigException(folder + ": no folder of models (expected: models/*.yaml)");
      }
    }
    if (!known.contains(name)) {
      throw new ConfigException(
          "Unknown model %s (expected one of: %s).%s"
              .formatted(name, String.join(", ", known), Nearest.advice(name, known)));
    }
    return resource(name + ".yaml");
  }

  /** The names that come with the product, in the order of a table. */
  public static List<String> names() {
    return resource(NAMES).lines().filter(line -> !line.isBlank()).toList();
  }

  private static String resource(String name) {
    try (InputStream in = Trainers.class.getResourceAsStream("models/" + name)) {
      if (in == null) {
        throw new IllegalStateException("models/" + name + ": missing (expected: in the jar)");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
