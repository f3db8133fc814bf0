/**
 * Continuous queries: the project's {@code sql} folder on a Flink inside this process. The step
 * from <em>log</em> to <em>features + dirty users</em>.
 *
 * <p>A file is one query. Its header says what kind of table it fills, and the kind decides the
 * job: all <em>profile</em> queries (recent, latest) run in one chain from source to sink and
 * commit rows, progress and dirty users of each batch in one write; <em>statistics</em> queries
 * keep state, store checkpoints and upsert absolute values.
 *
 * {@snippet :
 * QueryPlan plan = QueryPlan.of(List.of(new QueryFile("sql/recent_items.sql", text)));
 * plan.check(); // optional: the real planner, seconds
 * try (var queries = ContinuousQueries.start(plan, log, store, QuerySettings.of(checkpoints))) {
 *   for (QueryStatus status : queries.status()) {
 *     System.out.println(status.name() + " " + status.state() + " lag=" + status.lag());
 *   }
 * }
 * }
 *
 * <p>From file to job: {@code QueryParser} holds a file to our rules without Flink, {@code Planner}
 * has Flink plan all files of a job over {@code ProjectCatalog}, whose tables are read by {@code
 * LogSource} and written by {@code FeatureSink}.
 */
@NullMarked
package dev.imasugu.query;

import org.jspecify.annotations.NullMarked;
