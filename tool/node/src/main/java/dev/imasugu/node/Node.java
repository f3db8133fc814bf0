package dev.imasugu.node;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServiceConfig;
import dev.imasugu.catalog.Catalog;
import dev.imasugu.config.ConfigException;
import dev.imasugu.config.PlacementConfig;
import dev.imasugu.config.PlatformConfig;
import dev.imasugu.config.PlatformConfig.KeyRule;
import dev.imasugu.config.Project;
import dev.imasugu.console.Console;
import dev.imasugu.console.ConsoleSources;
import dev.imasugu.http.Endpoint;
import dev.imasugu.http.FastLane;
import dev.imasugu.http.InFlight;
import dev.imasugu.http.KeyGuard;
import dev.imasugu.http.Keys;
import dev.imasugu.http.LoopbackServer;
import dev.imasugu.http.PublicServer;
import dev.imasugu.http.Scope;
import dev.imasugu.ingest.DiskSpace;
import dev.imasugu.ingest.EventIntake;
import dev.imasugu.ingest.Ga4Intake;
import dev.imasugu.ingest.IntakeLimits;
import dev.imasugu.ingest.ItemIntake;
import dev.imasugu.ingest.Quarantine;
import dev.imasugu.ingest.QuarantineEndpoints;
import dev.imasugu.ingest.UserIntake;
import dev.imasugu.log.Ack;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.RocksEventLog;
import dev.imasugu.log.Topic;
import dev.imasugu.query.Changes;
import dev.imasugu.query.ContinuousQueries;
import dev.imasugu.query.Deployments;
import dev.imasugu.query.LiveQueries;
import dev.imasugu.query.PoisonListener.Poison;
import dev.imasugu.query.QueryPlan;
import dev.imasugu.query.QuerySettings;
import dev.imasugu.query.QueryStatus;
import dev.imasugu.query.SwapListener;
import dev.imasugu.recompute.Recompute;
import dev.imasugu.recompute.RecomputeSettings;
import dev.imasugu.serve.Lists;
import dev.imasugu.serve.RecommendationEndpoint;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.RocksStore;
import dev.imasugu.store.Store;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A project, running. The API is open when {@link #start} returns; queries come up behind it. Safe
 * for many threads.
 */
public final class Node implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final String EVENTS = "/v1/events";
  private static final String READS = "/v1/placements/{placement}/recommendations";

  private final Project project;
  private final InstantSource clock = InstantSource.system();
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private final String token = newToken();

  /** What to close, the last opened first. */
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  private final EventLog log;
  private final Store store;
  private final Catalog catalog;
  private final Lists lists;
  private final QueryPlan plan;
  private final Deployments deployments;
  private final LiveProject live;
  private @Nullable Quarantine quarantine;
  private @Nullable Server server;
  private @Nullable Recompute recompute;
  private volatile @Nullable ContinuousQueries queries;
  private @Nullable CatchUp catchUp;
  private @Nullable Erasure erasure;
  private boolean closed;

  private Node(Project project) {
    this.project = project;
    PlatformConfig platform = project.platform();
    plan = Plans.of(project);
    open.push(Owner.of(project.state()));
    log =
        opened(
            RocksEventLog.open(
                project.state().resolve("log"),
                platform.log().partitions(),
                switch (platform.log().ack()) {
                  case WRITE -> Ack.WRITE;
                  case FSYNC -> Ack.FSYNC;
                },
                platform.log().queue().bytes(),
                RocksEventLog.DEFAULT_QUEUE_BATCHES,
                RocksEventLog.DEFAULT_MEMORY_BYTES));
    store =
        opened(
            RocksStore.open(
                project.state().resolve("store"),
                platform.store().cache().bytes(),
                platform.store().dirtyInMemory()));
    deployments = Deployments.open(project.state().resolve("queries"), plan, log);
    store
        .features()
        .dropOthers(
            deployments.tables().stream().map(FeatureTable::id).collect(Collectors.toSet()),
            deployments.progressKeys());
    for (int partition = 0; partition < log.partitions(); partition++) {
      for (String key : deployments.progressKeys()) {
        log.skipTo(Topic.EVENTS, partition, store.features().progress(key, partition));
      }
    }
    live = new LiveProject(project, deployments, store, log::partition);
    catalog = opened(Catalog.open(log, platform.catalog().items(), clock));
    lists = live.serve(catalog, settings -> new Lists(store, catalog, settings, clock));
  }

  /** Loads what every start needs and takes long, whatever the project is; for any thread. */
  public static void load() {
    RocksStore.load();
    LoopbackServer.load();
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }

  /**
   * Starts a project.
   *
   * @throws dev.imasugu.config.ConfigException or {@link dev.imasugu.query.QueryException} when the
   *     project is not as expected
   * @throws IllegalStateException when another process owns its state, or the port is taken
   */
  public static Node start(Project project, NodeOptions options) {
    Node node = new Node(project);
    try {
      node.start(options);
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private void start(NodeOptions options) {
    if (options.http()) {
      Integer port = options.port();
      serve(port == null ? project.platform().serve().port() : port);
    }
    if (options.recompute()) {
      startRecompute();
    }
    if (options.queries()) {
      startQueries(options.recompute());
    }
    opened(new Retention(log, project.platform().log().retention(), clock, this::keepFrom));
    LOG.info(
        "started project={} generation={} items={} port={}",
        project.config().name(),
        live.now().generation(),
        catalog.availableItems(),
        port());
  }

  private void startQueries(boolean settle) {
    deployments.toward(plan, false);
    PlatformConfig.Query config = project.platform().query();
    queries =
        opened(
            ContinuousQueries.start(
                deployments,
                store,
                new QuerySettings(
                    project.state().resolve("queries"),
                    config.checkpointInterval(),
                    config.parallelism(),
                    config.stateTtl(),
                    plans()),
                clock,
                this::poisoned,
                live.swapTo(project)));
    if (settle) {
      settleLists();
      live.afterSwap(this::settleLists);
    }
  }

  /** Where the launcher lets this build keep its plans; without one there is nowhere. */
  private static @Nullable Path plans() {
    String folder = System.getProperty("imasugu.plans");
    return folder == null ? null : Path.of(folder);
  }

  /** Makes lists again that were made too early, or of what is not live any more. */
  private synchronized void settleLists() {
    if (closed) {
      return;
    }
    if (catchUp != null) {
      catchUp.close();
      open.remove(catchUp);
    }
    catchUp = opened(new CatchUp(store, this::queries, live.now().generation(), clock));
  }

  private void poisoned(Poison poison) {
    Quarantine kept = quarantine;
    if (kept != null) {
      PoisonedEvents.keep(kept, poison, clock);
    }
  }

  /** What an apply of the project's files, as they are now, would do. */
  public Changes changes(boolean prune) {
    return deployments.changes(Plans.of(again()), prune);
  }

  /**
   * Begins to make the project's files, as they are now, live; returns what that changes. Lists
   * stay as they are until everything is built.
   */
  public Changes apply(boolean prune) {
    Project next = again();
    ContinuousQueries running = queries;
    if (running == null) {
      throw new IllegalStateException(
          "the queries do not run here (expected: run without --without)");
    }
    SwapListener swap = live.swapTo(next);
    Changes changes = running.apply(Plans.of(next), prune, swap);
    if (changes.none() && !next.placements().equals(live.now().placements())) {
      swap.prepare(deployments.live()).run();
    }
    return changes;
  }

  private Project again() {
    Project next = Project.load(project.directory());
    boolean sameTypes =
        next.config().eventTypes().signature().equals(project.config().eventTypes().signature());
    if (!sameTypes) {
      throw new ConfigException(
          "events in imasugu.yaml differ from those the server runs with (expected: the same; intake"
              + " reads them when the server starts)");
    }
    return next;
  }

  /**
   * Rewrites log, store and checkpoints, so that nothing is left of who was erased before. When
   * somebody was, the statistics are made anew from the log: lists come out poorer until they have
   * caught up. Takes minutes where there is much; reads and intake go on.
   */
  public synchronized void compact() {
    Instant start = clock.instant();
    Erasure erased = erasure;
    if (erased != null && erased.needsCompaction()) {
      boolean running = queries != null;
      boolean settling = catchUp != null;
      stopQueries();
      deleteAll(project.state().resolve("queries/checkpoints"));
      if (running) {
        startQueries(settling);
      }
    }
    log.compact();
    store.erasures().compact();
    if (erased != null) {
      erased.compacted(start);
    }
    LOG.info("compacted tookMs={}", Duration.between(start, clock.instant()).toMillis());
  }

  static void deleteAll(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(int port) {
    PlatformConfig platform = project.platform();
    PlatformConfig.Intake intake = platform.intake();
    PublicServer where = where(port);
    var limits = new IntakeLimits(intake.batch(), intake.record().bytes(), intake.body().bytes());
    var random = new SecureRandom();
    var disk = new DiskSpace(this::usableBytes, intake.diskReserve().bytes(), clock);
    var refusals = new Quarantine(log, intake.quarantine(), limits, metrics);
    var events =
        new EventIntake(
            log, project.config().eventTypes(), limits, disk, refusals, clock, random, metrics);
    var ga4 = new Ga4Intake(events);
    var refused = new QuarantineEndpoints(refusals, events);
    var inFlight = new InFlight(intake.inFlight().bytes(), intake.body().bytes());
    metrics.gauge("imasugu.requests.bytes", inFlight, InFlight::bytes);
    metrics.gauge("imasugu.disk.usable.bytes", disk, DiskSpace::usable);
    var items =
        new ItemIntake(
            log, limits, clock, id -> catalog.find(id) != null, catalog::hasRoom, catalog::shown);
    quarantine = refusals;
    erasure =
        new Erasure(project.state(), log, store, deployments::tables, refusals, clock, random);
    erasure.resume();
    var users =
        new UserIntake(log, project.config().attributes(), limits, disk, clock, erasure::erase);
    var reads =
        new RecommendationEndpoint(
            lists,
            store,
            catalog,
            log,
            clock,
            () -> ThreadLocalRandom.current().nextLong(),
            metrics);
    metrics.gauge("imasugu.items.available", catalog, Catalog::availableItems);
    metrics.gauge("imasugu.query.lag", this, Node::lag);
    var queryMetrics = new QueryMetrics(this::queries, metrics, clock);
    var console =
        opened(
            new Console(
                new ConsoleSources(
                    project,
                    this::placements,
                    catalog,
                    store,
                    log,
                    this::live,
                    this::queries,
                    metrics,
                    clock,
                    events::answer,
                    reads::answer)));
    KeyGuard guard = guard(where);
    var lane =
        new FastLane(
                guard,
                inFlight,
                where.isLocal(),
                intake.body().bytes(),
                platform.serve().shutdown(),
                clock)
            .with(HttpMethod.GET, READS, Scope.READ, reads::answer)
            .with(HttpMethod.POST, EVENTS, Scope.INGEST, events::answer);
    server =
        where
            .builder(intake.body().bytes(), platform.serve().shutdown())
            .childChannelPipelineCustomizer(lane)
            .service(EVENTS, guard.guard(Scope.INGEST, events.endpoint()))
            .decorator(inFlight)
            .service("/v1/users", guard.guard(Scope.PROJECT, users.batch()))
            .service("/v1/users/{id}", guard.guard(Scope.PROJECT, users.single()))
            .service(
                "/v1/erasures/{id}", guard.guard(Scope.PROJECT, StatusEndpoints.erasure(erasure)))
            .service("/v1/compact", guard.guard(Scope.ADMIN, StatusEndpoints.compact(this)))
            .service("/mp/collect", guard.guard(Scope.INGEST, ga4.collect()))
            .service("/debug/mp/collect", guard.guard(Scope.INGEST, ga4.debug()))
            .service("/v1/import/ga4", guard.guard(Scope.PROJECT, ga4.export()))
            .service("/v1/quarantine", guard.guard(Scope.PROJECT, refused.list()))
            .service("/v1/quarantine/resubmit", guard.guard(Scope.PROJECT, refused.resubmit()))
            .service("/v1/quarantine/drop", guard.guard(Scope.PROJECT, refused.drop()))
            .service("/v1/quarantine/{id}", guard.guard(Scope.PROJECT, refused.single()))
            .service("/v1/items", guard.guard(Scope.PROJECT, items.batch()))
            .service("/v1/items/{id}", guard.guard(Scope.PROJECT, items.single()))
            .service(READS, guard.guard(Scope.READ, reads.endpoint()))
            .service("/v1/queries", guard.guard(Scope.PROJECT, QueryEndpoints.status(this)))
            .service("/v1/queries/plan", guard.guard(Scope.PROJECT, QueryEndpoints.plan(this)))
            .service("/v1/queries/apply", guard.guard(Scope.PROJECT, QueryEndpoints.apply(this)))
            .service(
                "/v1/log/{topic}",
                guard.guard(Scope.PROJECT, LogEndpoint.of(log, store.erasures())))
            .service("/health/live", StatusEndpoints.live())
            .service("/health/ready", StatusEndpoints.ready(this))
            .service(
                "/metrics",
                guard.guard(Scope.PROJECT, StatusEndpoints.metrics(metrics, queryMetrics)))
            .service("/openapi.json", StatusEndpoints.document("openapi.json"))
            .service("/docs", StatusEndpoints.page("docs.html"))
            .service("/", guard.guard(Scope.PROJECT, console.people()))
            .service("/console/act", guard.guard(Scope.PROJECT, console.act()))
            .service("/console/live", guard.guard(Scope.PROJECT, console.live()))
            .service("/console/sql", guard.guard(Scope.PROJECT, console.sql()))
            .service("/console/operators", guard.guard(Scope.PROJECT, console.operators()))
            .service("/console/{name}", console.assets())
            .build();
    open.push(server);
    open.push(lane);
    try {
      server.start().join();
    } catch (CompletionException e) {
      throw new IllegalStateException(
          "serve.port: %d is taken (expected: a free port, or 0 for any)".formatted(port), e);
    }
    open.push(() -> ServerFile.remove(project.state()));
    new ServerFile(ProcessHandle.current().pid(), port(), token).write(project.state());
  }

  private PublicServer where(int port) {
    PlatformConfig.Serve serve = project.platform().serve();
    return new PublicServer(
        serve.host(), port, inside(serve.certificate()), inside(serve.privateKey()), serve.cors());
  }

  private @Nullable Path inside(String file) {
    return file.isEmpty() ? null : project.directory().resolve(file);
  }

  private KeyGuard guard(PublicServer where) {
    Keys keys = Keys.open(project.state(), clock);
    if (where.isExposed() && keys.isEmpty()) {
      throw new IllegalStateException(
          ("serve.host: %s without a key (expected: loopback, or keys; imasugu keys create %s"
                  + " --scope admin makes one)")
              .formatted(where.host(), project.directory()));
    }
    if (where.isExposed() && where.certificate() == null) {
      LOG.warn(
          "keys and events are sent in the clear host={} (see serve.certificate)", where.host());
    }
    boolean required = where.isExposed() || project.platform().serve().keys() == KeyRule.REQUIRED;
    return new KeyGuard(keys, required, token, System::nanoTime);
  }

  private static String newToken() {
    byte[] bits = new byte[24];
    new SecureRandom().nextBytes(bits);
    return HexFormat.of().formatHex(bits);
  }

  private long usableBytes() {
    try {
      return Files.getFileStore(project.state()).getUsableSpace();
    } catch (IOException e) {
      return 0;
    }
  }

  private void startRecompute() {
    PlatformConfig.Recompute config = project.platform().recompute();
    var settings =
        new RecomputeSettings(
            config.workers(),
            config.batch(),
            config.popularEvery(),
            log::partition,
            worked -> {
              ContinuousQueries running = queries;
              return running == null ? 0 : running.restOfLists(worked);
            });
    recompute =
        opened(
            live.recompute(deployed -> Recompute.start(store, deployed, settings, clock, metrics)));
  }

  /** The project that runs. */
  public Project project() {
    return project;
  }

  public EventLog log() {
    return log;
  }

  public Store store() {
    return store;
  }

  public Catalog catalog() {
    return catalog;
  }

  public Lists lists() {
    return lists;
  }

  /** The tables that lists are made of. */
  public LiveQueries live() {
    return live.now().queries();
  }

  /** The placements that lists are made for. */
  public Map<String, PlacementConfig> placements() {
    return live.now().placements();
  }

  /** What keeps versions in building from going live, in plain words, or null. */
  public @Nullable String applyFailure() {
    ContinuousQueries running = queries;
    return running == null ? null : running.rolloutFailure();
  }

  /** What the API answers: methods by path, the open segments of which are in braces. */
  Map<String, Set<String>> routes() {
    var routes = new TreeMap<String, Set<String>>();
    Server running = server;
    if (running != null) {
      for (ServiceConfig config : running.config().serviceConfigs()) {
        Endpoint endpoint = config.service().as(Endpoint.class);
        if (endpoint != null) {
          routes
              .computeIfAbsent(
                  config.route().patternString().replaceAll(":(\\w+)", "{$1}"),
                  _ -> new TreeSet<>())
              .addAll(endpoint.methods().stream().map(HttpMethod::name).toList());
        }
      }
    }
    return routes;
  }

  /** The loopback port of the API; 0 without one. */
  public int port() {
    Server running = server;
    if (running == null) {
      return 0;
    }
    return running.activePorts().values().stream()
        .filter(port -> port.hasHttp() && port.localAddress().getAddress().isLoopbackAddress())
        .mapToInt(port -> port.localAddress().getPort())
        .findFirst()
        .orElse(0);
  }

  /** Where clients find the API, {@code https://shop.example:8650}; empty without one. */
  public String address() {
    Server running = server;
    if (running == null) {
      return "";
    }
    if (where(0).isLocal()) {
      return "http://127.0.0.1:" + port();
    }
    return running.activePorts().values().stream()
        .filter(open -> open.hasHttps() || open.localAddress().getPort() != port())
        .findFirst()
        .map(
            open ->
                "%s://%s:%d"
                    .formatted(
                        open.hasHttps() ? "https" : "http",
                        project.platform().serve().host(),
                        open.localAddress().getPort()))
        .orElse("");
  }

  /** The key of this process for the verbs of this machine; may do everything. */
  public String token() {
    return token;
  }

  /** How every query is doing; empty when this process runs none. */
  public List<QueryStatus> queries() {
    ContinuousQueries running = queries;
    return running == null ? List.of() : running.status();
  }

  /** Stops the queries only; for tests of what depends on them. */
  public synchronized void stopQueries() {
    if (catchUp != null) {
      catchUp.close();
      open.remove(catchUp);
      catchUp = null;
    }
    if (queries != null) {
      queries.close();
      open.remove(queries);
      queries = null;
    }
  }

  /** Stops recompute only; for tests of what depends on it. */
  public synchronized void stopRecompute() {
    if (recompute != null) {
      live.stopRecompute();
      recompute.close();
      open.remove(recompute);
      recompute = null;
    }
  }

  /** Events that the profile queries have not handled yet. */
  public long lag() {
    long lag = 0;
    for (int partition = 0; partition < log.partitions(); partition++) {
      lag += log.end(Topic.EVENTS, partition) - progress(partition);
    }
    return lag;
  }

  private long progress(int partition) {
    return store.features().progress(live().profileVersion(), partition);
  }

  /** What retention must keep: what some query may still need; all, when no query says. */
  private List<Long> keepFrom() {
    ContinuousQueries running = queries;
    return running == null ? Collections.nCopies(log.partitions(), 0L) : running.neededEvents();
  }

  /**
   * Waits until every query runs.
   *
   * @throws IllegalStateException when one fails, or after {@code patience}
   */
  public void awaitRunning(Duration patience) throws InterruptedException {
    Instant end = clock.instant().plus(patience);
    while (true) {
      List<QueryStatus> status = queries();
      for (QueryStatus query : status) {
        if (query.state() == QueryStatus.State.FAILED) {
          throw new IllegalStateException("query " + query.name() + " failed: " + query.error());
        }
      }
      if (status.stream().allMatch(query -> query.state() == QueryStatus.State.RUNNING)) {
        return;
      }
      if (clock.instant().isAfter(end)) {
        throw new IllegalStateException("queries do not run after " + patience + ": " + status);
      }
      Thread.sleep(20);
    }
  }

  /** Whether no list is left that was computed before the statistics had caught up. */
  public boolean settled() {
    CatchUp running = catchUp;
    return running == null || running.settled();
  }

  /** Waits until queries have read the log, every list is settled and no user is dirty. */
  public void awaitDrained(Duration patience) throws InterruptedException {
    Instant end = clock.instant().plus(patience);
    while (lag() > 0
        || !settled()
        || queries().stream().anyMatch(query -> query.lag() > 0)
        || store.dirty().size() > 0) {
      if (clock.instant().isAfter(end)) {
        throw new IllegalStateException(
            "not drained after %s: lag=%d dirty=%d"
                .formatted(patience, lag(), store.dirty().size()));
      }
      Thread.sleep(20);
    }
  }

  /** Closes everything in the reverse order of opening: first no new events, last the log. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    while (!open.isEmpty()) {
      AutoCloseable next = open.pop();
      try {
        next.close();
      } catch (Exception e) {
        LOG.error("not closed: {}", next.getClass().getSimpleName(), e);
      }
    }
    LOG.info("stopped project={}", project.config().name());
  }
}
