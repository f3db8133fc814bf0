package dev.imasugu.node;

import dev.imasugu.catalog.Catalog;
import dev.imasugu.config.ConfigException;
import dev.imasugu.config.PlacementConfig;
import dev.imasugu.config.Project;
import dev.imasugu.query.Deployments;
import dev.imasugu.query.LiveQueries;
import dev.imasugu.query.SwapListener;
import dev.imasugu.recompute.Deployed;
import dev.imasugu.recompute.Recompute;
import dev.imasugu.retrieve.Retriever;
import dev.imasugu.serve.Lists;
import dev.imasugu.serve.ServeSettings;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/*
 * Placements name tables, so they change together with the queries: while new versions are built,
 * lists are made by the placements that went live with the old ones. These are kept as a copy, for
 * the files may be edited, and the process may die, in between.
 */

/**
 * What lists are made of and served with: one version of every query, placements that fit them, one
 * generation. Replaced whole. Safe for many threads.
 */
final class LiveProject {
  /** What is live. */
  record Now(LiveQueries queries, Map<String, PlacementConfig> placements, long generation) {
    Map<String, FeatureTable> tables() {
      return byName(queries);
    }
  }

  private final Project project;
  private final Store store;
  private final ToIntFunction<String> partition;
  private volatile Now now;
  private @Nullable Catalog catalog;
  private @Nullable Lists lists;
  private @Nullable Recompute recompute;
  private @Nullable Retriever retriever;
  private Runnable afterSwap = () -> {};

  LiveProject(
      Project project, Deployments deployments, Store store, ToIntFunction<String> partition) {
    this.project = project;
    this.store = store;
    this.partition = partition;
    LiveQueries queries = deployments.live();
    Map<String, PlacementConfig> placements = placements(queries);
    now = new Now(queries, placements, generation(queries, placements));
  }

  /** The project's placements, or those that are known to fit when these wait for other tables. */
  private Map<String, PlacementConfig> placements(LiveQueries queries) {
    try {
      Retriever.check(project.placements(), byName(queries));
      keep(project, queries.number());
      return project.placements();
    } catch (ConfigException e) {
      Path kept = copy(queries.number());
      if (!Files.isDirectory(kept)) {
        throw e;
      }
      return Project.load(kept).placements();
    }
  }

  Now now() {
    return now;
  }

  Lists serve(Catalog items, Function<ServeSettings, Lists> maker) {
    catalog = items;
    Lists made = maker.apply(settings(now));
    lists = made;
    return made;
  }

  private ServeSettings settings(Now live) {
    return new ServeSettings(
        live.placements.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().maxAge())),
        live.generation,
        live.queries.profileVersion(),
        partition,
        project.platform().serve().waiters(),
        live.placements.entrySet().stream()
            .filter(placement -> placement.getValue().logExposures())
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet()));
  }

  /** Starts recompute on what is live; from now on a swap reaches it too. */
  synchronized Recompute recompute(Function<Deployed, Recompute> maker) {
    Retriever opened = open(now.placements, now.queries, null);
    retriever = opened;
    Recompute made =
        maker.apply(new Deployed(opened, now.generation, now.queries.profileVersion()));
    recompute = made;
    return made;
  }

  synchronized void stopRecompute() {
    recompute = null;
    retriever = null;
  }

  /** Calls something after each swap. */
  synchronized void afterSwap(Runnable action) {
    afterSwap = action;
  }

  /** Lets a project's placements go live with its queries. */
  SwapListener swapTo(Project next) {
    return queries -> prepare(next, queries);
  }

  private Runnable prepare(Project next, LiveQueries queries) {
    Map<String, PlacementConfig> placements = next.placements();
    Retriever.check(placements, byName(queries));
    keep(next, queries.number());
    Retriever before;
    synchronized (this) {
      before = retriever;
    }
    Retriever opened = before == null ? null : open(placements, queries, before);
    return () -> goLive(queries, placements, opened);
  }

  private synchronized void goLive(
      LiveQueries queries, Map<String, PlacementConfig> placements, @Nullable Retriever opened) {
    var next = new Now(queries, placements, generation(queries, placements));
    now = next;
    Recompute running = recompute;
    if (running != null && opened != null) {
      retriever = opened;
      running.deploy(new Deployed(opened, next.generation, queries.profileVersion()));
    }
    Lists serving = lists;
    if (serving != null) {
      serving.deploy(settings(next));
    }
    forgetCopies(queries.number());
    afterSwap.run();
  }

  private void forgetCopies(int kept) {
    try (Stream<Path> copies = Files.list(project.state().resolve("live"))) {
      copies
          .filter(copy -> !copy.getFileName().toString().equals(Integer.toString(kept)))
          .forEach(Node::deleteAll);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Retriever open(
      Map<String, PlacementConfig> placements, LiveQueries queries, @Nullable Retriever before) {
    Catalog items = catalog;
    if (items == null) {
      throw new IllegalStateException("no catalogue yet");
    }
    return Retriever.open(
        placements, byName(queries), store.features(), items, System::nanoTime, before);
  }

  private long generation(LiveQueries queries, Map<String, PlacementConfig> placements) {
    var tables = new TreeSet<String>();
    queries.tables().forEach(table -> tables.add(table.id()));
    return Generation.of(project.state(), tables + "\n" + new TreeMap<>(placements) + "\n");
  }

  private static Map<String, FeatureTable> byName(LiveQueries queries) {
    return queries.tables().stream()
        .collect(Collectors.toMap(FeatureTable::name, Function.identity()));
  }

  private Path copy(int number) {
    return project.state().resolve("live").resolve(Integer.toString(number));
  }

  private void keep(Project from, int number) {
    Path to = copy(number);
    try {
      Files.createDirectories(to.resolve("placements"));
      copy(from.directory(), to, "imasugu.yaml");
      try (Stream<Path> files = Files.list(from.directory().resolve("placements"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
          copy(from.directory(), to, "placements/" + file.getFileName());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to, String file) throws IOException {
    Path next = to.resolve(file + ".next");
    Files.copy(from.resolve(file), next, StandardCopyOption.REPLACE_EXISTING);
    Files.move(
        next,
        to.resolve(file),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
