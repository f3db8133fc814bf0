package dev.imasugu.store;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Rows of feature tables and the progress of the queries that write them. Reads from any thread;
 * writes from platform threads only.
 */
public interface FeatureStore {
  /**
   * Writes rows, progress and dirty marks of one poll batch in one atomic write.
   *
   * @throws StaleCommitException if {@code from} is not the stored progress; nothing is written
   */
  void commit(ProfileCommit commit);

  /**
   * The position up to which a query version has committed a partition; 0 before its first commit.
   */
  long progress(String queryVersion, int partition);

  /**
   * Calls a listener after each commit with its partition: {@code (queryVersion, partition)}. It
   * runs on the writer's thread and must be short.
   */
  void onCommit(ObjLongConsumer<String> listener);

  /** Returns a user's rows of a profile table, newest first; empty when there are none. */
  List<Row> find(FeatureTable profile, String user);

  /**
   * Returns the rows of several owners as if the first had them all, by the table's own rules.
   *
   * @param owners at least one
   */
  List<Row> find(FeatureTable profile, List<String> owners);

  /**
   * Replaces rows of a statistics table by primary key. Durable against a process kill after {@link
   * #flush}.
   */
  void upsert(FeatureTable statistics, List<Row> rows);

  /** Removes the row with the same primary key as {@code row}, if there is one. */
  void remove(FeatureTable statistics, Row row);

  /** Returns when every upsert that returned before this call survives a kill of the process. */
  void flush();

  /** Returns the row with this primary key, or null. */
  @Nullable Row findRow(FeatureTable statistics, List<String> key);

  /**
   * Hands every row of a table to a consumer, in no promised order, as of some moment of the call.
   */
  void scan(FeatureTable table, Consumer<Row> consumer);

  /** Calls a listener after each upsert of a table, on the writer's thread; must be short. */
  void onUpsert(FeatureTable statistics, Consumer<List<Row>> listener);

  /**
   * Forgets every table with its listeners, and progress of every query version, that is not named.
   */
  void dropOthers(Set<String> tableIds, Set<String> queryVersions);
}
