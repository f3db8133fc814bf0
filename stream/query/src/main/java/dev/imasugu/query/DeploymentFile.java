package dev.imasugu.query;

import dev.imasugu.domain.EventTypes;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link Deployment} as properties, with the text of every version; replaced whole. */
final class DeploymentFile {
  private static final Logger LOG = LoggerFactory.getLogger(DeploymentFile.class);
  private static final String NAME = "deployment.properties";

  private final Path file;
  private final EventTypes types;
  private final Functions functions;

  DeploymentFile(Path folder, EventTypes types, Functions functions) {
    this.file = folder.resolve(NAME);
    this.types = types;
    this.functions = functions;
  }

  boolean exists() {
    return Files.exists(file);
  }

  void write(Deployment deployment) {
    var out = new Properties();
    out.setProperty("number", Integer.toString(deployment.number()));
    out.setProperty("jobs", Integer.toString(deployment.jobs()));
    out.setProperty("leaving", String.join(" ", new TreeSet<>(deployment.leaving())));
    deployment.numbers().forEach((name, number) -> out.setProperty("given." + name, "" + number));
    put(out, "live", deployment.live());
    put(out, "building", deployment.building());
    try {
      Files.createDirectories(file.getParent());
      Path next = file.resolveSibling(NAME + ".next");
      try (Writer writer = Files.newBufferedWriter(next)) {
        out.store(writer, "What is live and what is being built. Written by the server.");
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(Properties out, String list, List<JobSpec> jobs) {
    out.setProperty(list, jobs.stream().map(JobSpec::id).collect(Collectors.joining(" ")));
    for (JobSpec job : jobs) {
      out.setProperty(
          "job." + job.id(), "%s %s %s".formatted(job.kind(), job.start(), job.group()));
      var keys = new ArrayList<String>();
      for (QueryVersion version : job.queries()) {
        String key = version.name() + "." + version.number();
        keys.add(key);
        QueryFile file = version.query().file();
        out.setProperty(key + ".path", file.path());
        out.setProperty(key + ".sql", file.text());
        out.setProperty(key + ".hash", version.query().version());
        out.setProperty(key + ".broken", Boolean.toString(version.broken()));
        out.setProperty(
            key + ".since",
            version.since().stream().map(String::valueOf).collect(Collectors.joining(" ")));
      }
      out.setProperty("queries." + job.id(), String.join(" ", keys));
    }
  }

  /** Reads it; {@link Deployment#NONE} when there is none. */
  Deployment read() {
    if (!exists()) {
      return Deployment.NONE;
    }
    var in = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      in.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Integer> numbers = new HashMap<>();
    for (String key : in.stringPropertyNames()) {
      if (key.startsWith("given.")) {
        numbers.put(key.substring("given.".length()), number(in, key));
      }
    }
    return new Deployment(
        number(in, "number"),
        number(in, "jobs"),
        jobs(in, "live"),
        jobs(in, "building"),
        Set.copyOf(words(in, "leaving")),
        numbers);
  }

  private List<JobSpec> jobs(Properties in, String list) {
    var jobs = new ArrayList<JobSpec>();
    for (String id : words(in, list)) {
      List<String> head = words(in, "job." + id);
      var versions = new ArrayList<QueryVersion>();
      for (String key : words(in, "queries." + id)) {
        try {
          versions.add(version(in, key));
        } catch (QueryException e) {
          LOG.warn(
              "version forgotten, it will be built again version={} cause={}", key, e.getMessage());
        }
      }
      if (!versions.isEmpty()) {
        jobs.add(
            new JobSpec(
                id,
                JobKind.valueOf(head.get(0)),
                head.get(2),
                Start.valueOf(head.get(1)),
                versions));
      }
    }
    return jobs;
  }

  private QueryVersion version(Properties in, String key) {
    var file = new QueryFile(text(in, key + ".path"), text(in, key + ".sql"));
    ParsedQuery query = QueryParser.parse(file, types, functions).as(text(in, key + ".hash"));
    return new QueryVersion(
        query,
        Integer.parseInt(key.substring(key.lastIndexOf('.') + 1)),
        words(in, key + ".since").stream().map(Long::valueOf).toList(),
        Boolean.parseBoolean(text(in, key + ".broken")));
  }

  private static List<String> words(Properties in, String key) {
    return Arrays.stream(text(in, key).split(" ")).filter(word -> !word.isEmpty()).toList();
  }

  private static int number(Properties in, String key) {
    return Integer.parseInt(text(in, key));
  }

  private static String text(Properties in, String key) {
    String value = in.getProperty(key);
    if (value == null) {
      throw new IllegalStateException(
          "%s has no %s (expected: as the server wrote it)".formatted(NAME, key));
    }
    return value;
  }
}
