import dev.imasugu.functions.BetaPrior;
import dev.imasugu.functions.DistinctRecent;
import dev.imasugu.functions.SmoothedCtr;
import dev.imasugu.functions.TopNeighbours;
import dev.imasugu.functions.Transitions;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/** What a Flink cluster does with our functions: run from source by the JDK 17 that Java17Test finds. */
public final class OnJava17 {
  public static void main(String[] arguments) throws Exception {
    var settings =
        Configuration.fromMap(
            Map.of("rest.bind-address", "localhost", "rest.port", "0", "parallelism.default", "1"));
    var tables =
        TableEnvironment.create(
            EnvironmentSettings.newInstance().inStreamingMode().withConfiguration(settings).build());
    tables.createTemporarySystemFunction("TRANSITIONS", Transitions.class);
    tables.createTemporarySystemFunction("TOP_NEIGHBOURS", TopNeighbours.class);
    tables.createTemporarySystemFunction("DISTINCT_RECENT", DistinctRecent.class);
    tables.createTemporarySystemFunction("BETA_PRIOR", BetaPrior.class);
    tables.createTemporarySystemFunction("SMOOTHED_CTR", SmoothedCtr.class);
    tables.executeSql(
        "CREATE TEMPORARY VIEW seen AS SELECT user_id AS shard, user_id, item_id,"
            + " CAST(TO_TIMESTAMP_LTZ(t, 3) AS TIMESTAMP_LTZ(3)) AS occurred_at FROM (VALUES"
            + " ('mia', 'dress', 1), ('mia', 'hat', 2), ('mia', 'scarf', 3)) AS v(user_id, item_id, t)");
    print(
        tables,
        "ARRAY<ROW<item STRING, weight DOUBLE>>",
        "SELECT item, TOP_NEIGHBOURS(neighbour, weight, occurred_at, INTERVAL '30' DAY)"
            + " FROM TRANSITIONS(event => TABLE seen PARTITION BY shard, uid => 't') GROUP BY item");
    print(
        tables,
        "ARRAY<ROW<item STRING, weight DOUBLE>>",
        "SELECT user_id, DISTINCT_RECENT(item_id, occurred_at, 2) FROM seen GROUP BY user_id");
    print(
        tables,
        "DOUBLE",
        "SELECT 'ctr', SMOOTHED_CTR(CAST(1 AS BIGINT), CAST(2 AS BIGINT), BETA_PRIOR(c, n)) FROM (VALUES"
            + " (CAST(1 AS BIGINT), CAST(2 AS BIGINT)), (CAST(0 AS BIGINT), CAST(9 AS BIGINT)))"
            + " AS v(c, n) GROUP BY 1");
  }

  private static void print(TableEnvironment tables, String type, String sql) throws Exception {
    tables.executeSql("DROP TEMPORARY TABLE IF EXISTS printed");
    tables.executeSql(
        "CREATE TEMPORARY TABLE printed (k STRING, v " + type + ") WITH ('connector' = 'print')");
    tables.executeSql("INSERT INTO printed " + sql).await();
  }
}
