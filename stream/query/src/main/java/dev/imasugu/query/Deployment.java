package dev.imasugu.query;

import dev.imasugu.log.EventLog;
import dev.imasugu.log.Topic;
import dev.imasugu.store.FeatureTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/*
 * One apply is one deploy: all that it changes is built beside what is live and goes live at once,
 * with one write of one file. Whatever kills the process, each query has one live version.
 *
 * A version lives in the job it was built in, so the jobs of an apply stay what they are after the
 * swap; only profile queries, which have no state, are brought together in one job again, so that
 * one progress is the asOf of all profile tables.
 */

/**
 * Which versions of which queries are live, and which are being built to take their place. What is
 * kept of the life cycle between two starts. Immutable.
 *
 * @param number grows with every swap
 * @param jobs how many jobs there ever were
 * @param leaving names that go without a successor at the next swap
 * @param numbers the greatest version number given to each name
 */
record Deployment(
    int number,
    int jobs,
    List<JobSpec> live,
    List<JobSpec> building,
    Set<String> leaving,
    Map<String, Integer> numbers) {
  static final Deployment NONE = new Deployment(0, 0, List.of(), List.of(), Set.of(), Map.of());

  Deployment {
    live = List.copyOf(live);
    building = List.copyOf(building);
    leaving = Set.copyOf(leaving);
    numbers = Map.copyOf(numbers);
  }

  /** Everything of a plan live at once: for a project of which nothing is live yet. */
  static Deployment first(QueryPlan plan, EventLog log) {
    Deployment built = NONE.build(plan.queries(), Set.of(), log);
    return built.swapped(Optional.empty());
  }

  /** What has to be done so that a plan is live. */
  Changes changes(QueryPlan wanted, boolean prune, EventLog log) {
    var changes = new ArrayList<QueryChange>();
    var names = new HashSet<String>();
    for (ParsedQuery query : wanted.queries()) {
      names.add(query.name());
      Optional<QueryVersion> current = liveVersion(query.name());
      if (current.isEmpty()) {
        changes.add(QueryChange.add(query.name(), nextNumber(query.name())));
      } else if (isSame(current.get(), query)) {
        changes.add(QueryChange.keep(query.name(), current.get().number()));
      } else {
        changes.add(
            QueryChange.replace(
                query.name(),
                current.get().number(),
                nextNumber(query.name()),
                History.lost(current.get(), query, log)));
      }
    }
    for (QueryVersion version : versions(live)) {
      if (!names.contains(version.name())) {
        changes.add(
            prune
                ? QueryChange.drop(version.name(), version.number())
                : QueryChange.orphan(version.name(), version.number()));
      }
    }
    return new Changes(changes);
  }

  private static boolean isSame(QueryVersion version, ParsedQuery query) {
    return !version.broken() && version.query().version().equals(query.version());
  }

  private int nextNumber(String name) {
    Optional<QueryVersion> begun =
        versions(building).stream().filter(version -> version.name().equals(name)).findFirst();
    return begun.map(QueryVersion::number).orElse(numbers.getOrDefault(name, 0) + 1);
  }

  /** This deployment with what a plan changes in building; what was in building before is not. */
  Deployment toward(QueryPlan wanted, boolean prune, EventLog log) {
    Changes changes = changes(wanted, prune, log);
    Set<String> built = changes.built();
    List<ParsedQuery> queries =
        wanted.queries().stream().filter(query -> built.contains(query.name())).toList();
    boolean sound = versions(building).stream().noneMatch(QueryVersion::broken);
    if (sound
        && queries.stream().map(ParsedQuery::version).sorted().toList().equals(buildingVersions())
        && leaving.equals(changes.dropped())) {
      return this;
    }
    if (live.size() + queries.size() >= Cluster.MAX_JOBS) {
      throw new IllegalStateException(
          "jobs: %d run and %d queries are to be built (expected: fewer than %d; a start from an"
                  .formatted(live.size(), queries.size(), Cluster.MAX_JOBS)
              + " empty folder brings them together)");
    }
    return build(queries, changes.dropped(), log);
  }

  private List<String> buildingVersions() {
    return versions(building).stream().map(each -> each.query().version()).sorted().toList();
  }

  private Deployment build(List<ParsedQuery> queries, Set<String> dropped, EventLog log) {
    record Place(JobKind kind, String group, Start start) {}
    var places = new LinkedHashMap<Place, List<QueryVersion>>();
    var given = new HashMap<>(numbers);
    for (ParsedQuery query : queries) {
      int next = given.merge(query.name(), 1, Integer::sum);
      places
          .computeIfAbsent(
              new Place(query.kind(), query.group(), query.start()), _ -> new ArrayList<>())
          .add(new QueryVersion(query, next, History.since(query.start(), log), false));
    }
    var made = new ArrayList<JobSpec>();
    int number = jobs;
    for (Map.Entry<Place, List<QueryVersion>> place : places.entrySet()) {
      Place at = place.getKey();
      number++;
      made.add(
          new JobSpec(id(at.kind(), number), at.kind(), at.group(), at.start(), place.getValue()));
    }
    return new Deployment(this.number, number, live, made, dropped, given);
  }

  private static String id(JobKind kind, int number) {
    return kind.name().toLowerCase(Locale.ROOT) + "-" + number;
  }

  /** The live profile job as it will be after the swap, if it has to take in what was built. */
  Optional<JobSpec> merged() {
    Optional<JobSpec> old = profile(staying());
    Optional<JobSpec> built = profile(building);
    if (old.isEmpty() || built.isEmpty()) {
      return Optional.empty();
    }
    List<QueryVersion> all =
        Stream.concat(old.get().queries().stream(), built.get().queries().stream()).toList();
    return Optional.of(
        new JobSpec(
            id(JobKind.PROFILE, jobs + 1) + "m",
            JobKind.PROFILE,
            ParsedQuery.SHARED,
            built.get().start(),
            all));
  }

  /** Live jobs without the versions that the next swap replaces. */
  private List<JobSpec> staying() {
    var replaced = new HashSet<>(leaving);
    versions(building).forEach(version -> replaced.add(version.name()));
    return live.stream()
        .map(job -> job.only(version -> !replaced.contains(version.name())))
        .filter(job -> !job.queries().isEmpty())
        .toList();
  }

  /**
   * What was built is live.
   *
   * @param merged the job that all profile queries run in from now on
   */
  Deployment swapped(Optional<JobSpec> merged) {
    var next = new ArrayList<JobSpec>(staying());
    next.addAll(building);
    if (merged.isPresent()) {
      next.removeIf(job -> job.kind() == JobKind.PROFILE);
      next.add(merged.get());
    }
    return new Deployment(
        number + 1, merged.isPresent() ? jobs + 1 : jobs, next, List.of(), Set.of(), numbers);
  }

  /** This deployment without what is being built. */
  Deployment withoutBuilding() {
    return new Deployment(number, jobs, live, List.of(), Set.of(), numbers);
  }

  /** This deployment with a version taken out of its job. */
  Deployment broken(String job, String name) {
    UnaryOperator<JobSpec> mark =
        spec ->
            !spec.id().equals(job)
                ? spec
                : new JobSpec(
                    spec.id(),
                    spec.kind(),
                    spec.group(),
                    spec.start(),
                    spec.queries().stream()
                        .map(each -> each.name().equals(name) ? each.asBroken() : each)
                        .toList());
    return new Deployment(
        number,
        jobs,
        live.stream().map(mark).toList(),
        building.stream().map(mark).toList(),
        leaving,
        numbers);
  }

  LiveQueries liveQueries() {
    return new LiveQueries(
        number,
        versions(live).stream().map(QueryVersion::table).filter(Objects::nonNull).toList(),
        profile(live).map(JobSpec::progressKey).orElse("profile@none"));
  }

  /** Every table that may be written, live or not. */
  List<FeatureTable> tables() {
    return Stream.concat(versions(live).stream(), versions(building).stream())
        .map(QueryVersion::table)
        .filter(Objects::nonNull)
        .toList();
  }

  /** Every name under which progress is kept. */
  Set<String> progressKeys() {
    var keys = new TreeSet<String>();
    Stream.concat(live.stream(), building.stream())
        .filter(job -> job.kind() == JobKind.PROFILE)
        .forEach(job -> keys.add(job.progressKey()));
    return keys;
  }

  /** Every job, of what is live and of what is being built. */
  List<JobSpec> all() {
    return Stream.concat(live.stream(), building.stream()).toList();
  }

  static Optional<JobSpec> profile(List<JobSpec> jobs) {
    return jobs.stream().filter(job -> job.kind() == JobKind.PROFILE).findFirst();
  }

  Optional<QueryVersion> liveVersion(String name) {
    return versions(live).stream().filter(version -> version.name().equals(name)).findFirst();
  }

  static List<QueryVersion> versions(List<JobSpec> jobs) {
    return jobs.stream().flatMap(job -> job.queries().stream()).toList();
  }

  /** What is known of how far back versions reach. */
  static final class History {
    private History() {}

    static List<Long> since(Start start, EventLog log) {
      var since = new ArrayList<Long>();
      for (int i = 0; i < log.partitions(); i++) {
        since.add(
            switch (start) {
              case RETAINED -> log.begin(Topic.EVENTS, i);
              case NOW -> log.end(Topic.EVENTS, i);
            });
      }
      return since;
    }

    /** Events that the old version was given and the new one will not be. */
    static long lost(QueryVersion old, ParsedQuery query, EventLog log) {
      List<Long> since = since(query.start(), log);
      long lost = 0;
      for (int i = 0; i < Math.min(since.size(), old.since().size()); i++) {
        lost += Math.max(0, since.get(i) - old.since().get(i));
      }
      return lost;
    }
  }
}
