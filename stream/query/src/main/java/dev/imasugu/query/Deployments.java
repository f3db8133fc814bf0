package dev.imasugu.query;

import dev.imasugu.domain.EventTypes;
import dev.imasugu.log.EventLog;
import dev.imasugu.store.FeatureTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What is live and what is being built, durably: each change is one write of one file. Safe for
 * many threads.
 */
public final class Deployments {
  private final DeploymentFile file;
  private final EventLog log;
  private final EventTypes types;
  private final Functions functions;
  private volatile Deployment now;

  private Deployments(
      DeploymentFile file, EventLog log, EventTypes types, Functions functions, Deployment now) {
    this.file = file;
    this.log = log;
    this.types = types;
    this.functions = functions;
    this.now = now;
  }

  /**
   * Reads what is live; of a project that was never started, everything is.
   *
   * @param folder nothing but the queries' state may live there
   */
  public static Deployments open(Path folder, QueryPlan wanted, EventLog log) {
    var file = new DeploymentFile(folder, wanted.eventTypes(), wanted.functions());
    Deployment read = file.read();
    return new Deployments(
        file,
        log,
        wanted.eventTypes(),
        wanted.functions(),
        read.live().isEmpty() ? Deployment.first(wanted, log) : read);
  }

  EventLog log() {
    return log;
  }

  EventTypes eventTypes() {
    return types;
  }

  /** Those of the project at its start: a jar that comes later is loaded by the next. */
  Functions functions() {
    return functions;
  }

  Deployment now() {
    return now;
  }

  public LiveQueries live() {
    return now.liveQueries();
  }

  /** Every table that may be written, live or not. */
  public List<FeatureTable> tables() {
    return now.tables();
  }

  /** Every name under which the store may keep progress. */
  public Set<String> progressKeys() {
    return now.progressKeys();
  }

  /** What has to be done so that a plan is live. */
  public Changes changes(QueryPlan wanted, boolean prune) {
    return now.changes(wanted, prune, log);
  }

  /** Notes that a plan is wanted; returns what that changes. */
  public synchronized Changes toward(QueryPlan wanted, boolean prune) {
    set(now.toward(wanted, prune, log));
    return now.changes(wanted, prune, log);
  }

  /** Makes what is live so durably, if it is not. */
  synchronized void keep() {
    if (!file.exists()) {
      file.write(now);
    }
  }

  synchronized void takenOut(String job, String query) {
    set(now.broken(job, query));
  }

  /** The one moment of a swap; false when what it began with is no longer so. */
  synchronized boolean swap(Deployment from, Deployment to) {
    if (!now.equals(from)) {
      return false;
    }
    set(to);
    return true;
  }

  private void set(Deployment next) {
    file.write(next);
    now = next;
  }
}
