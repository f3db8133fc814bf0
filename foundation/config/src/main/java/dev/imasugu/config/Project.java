package dev.imasugu.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A project folder, read whole.
 *
 * @param placements by name, the file's name without {@code .yaml}
 * @param sql by path relative to the folder, {@code sql/recent_items.sql} to its text
 */
public record Project(
    Path directory,
    ProjectConfig config,
    PlatformConfig platform,
    Map<String, PlacementConfig> placements,
    Map<String, String> sql) {

  private static final int MAX_FILES = 1_000;

  public Project {
    placements = Map.copyOf(placements);
    sql = Map.copyOf(sql);
  }

  /**
   * Reads a folder.
   *
   * @throws ConfigException if a file is missing, unreadable or says something that cannot be
   */
  public static Project load(Path directory) {
    if (!Files.isRegularFile(directory.resolve("imasugu.yaml"))) {
      throw new ConfigException(
          "%s: no imasugu.yaml (expected: a project folder; imasugu init %s makes one)"
              .formatted(directory, directory));
    }
    var config =
        YamlBinder.bind(
            "imasugu.yaml", read(directory.resolve("imasugu.yaml")), ProjectConfig.class);
    Path platform = directory.resolve("platform.yaml");
    var placements = new TreeMap<String, PlacementConfig>();
    files(directory, "placements", ".yaml")
        .forEach(
            (path, text) ->
                placements.put(name(path), YamlBinder.bind(path, text, PlacementConfig.class)));
    if (placements.isEmpty()) {
      throw new ConfigException(
          "%s: no placements/*.yaml (expected: at least one placement)".formatted(directory));
    }
    return new Project(
        directory,
        config,
        Files.exists(platform)
            ? YamlBinder.bind("platform.yaml", read(platform), PlatformConfig.class)
            : PlatformConfig.defaults(),
        placements,
        files(directory, "sql", ".sql"));
  }

  /** Where the running system keeps its state: {@code DIR/.imasugu}. */
  public Path state() {
    return directory.resolve(".imasugu");
  }

  private static String name(String path) {
    String name = path.substring("placements/".length(), path.length() - ".yaml".length());
    if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new ConfigException(
          path + " (expected: a name of up to 63 lower-case letters, digits and dashes)");
    }
    return name;
  }

  private static Map<String, String> files(Path directory, String folder, String suffix) {
    var texts = new TreeMap<String, String>();
    Path inside = directory.resolve(folder);
    if (!Files.isDirectory(inside)) {
      return texts;
    }
    try (Stream<Path> paths = Files.list(inside)) {
      List<Path> found =
          paths.filter(path -> path.toString().endsWith(suffix)).limit(MAX_FILES + 1L).toList();
      if (found.size() > MAX_FILES) {
        throw new ConfigException(
            "%s: more than %d files (expected: at most that)".formatted(folder, MAX_FILES));
      }
      for (Path path : found) {
        texts.put(folder + "/" + path.getFileName(), read(path));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (MalformedInputException e) {
      throw new ConfigException(path + ": not UTF-8 (expected: UTF-8 text)");
    } catch (IOException e) {
      throw new ConfigException(path + ": not readable, " + e.getMessage());
    }
  }
}
