package dev.imasugu.query;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.GenericInMemoryCatalog;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.TableAlreadyExistException;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.Factory;
import org.apache.flink.table.types.logical.RowType;

/**
 * The tables that one query can name. The catalog itself says how they are read and written, so no
 * table needs options and no other connector can be reached.
 */
final class ProjectCatalog extends GenericInMemoryCatalog {
  static final String NAME = "imasugu";
  static final String DATABASE = "project";

  private final Tables tables;

  ProjectCatalog(Scans scans, String query) {
    super(NAME, DATABASE);
    tables = new Tables(scans, query);
  }

  @Override
  public void open() {
    super.open();
    for (SourceTable source : SourceTable.values()) {
      Schema.Builder schema = source.schema();
      if (tables.scans.kind() == JobKind.STATISTICS) {
        schema.watermark(source.timeColumn(), "SOURCE_WATERMARK()");
      }
      create(source.sqlName(), schema.build());
    }
    create(
        QueryParser.TRIGGERS,
        Schema.newBuilder()
            .column("user_id", DataTypes.STRING().notNull())
            .column("reason", DataTypes.STRING().notNull())
            .column("occurred_at", DataTypes.TIMESTAMP_LTZ(3).notNull())
            .build());
  }

  private void create(String name, Schema schema) {
    CatalogTable table = CatalogTable.newBuilder().schema(schema).options(Map.of()).build();
    try {
      createTable(new ObjectPath(DATABASE, name), table, false);
    } catch (TableAlreadyExistException | DatabaseNotExistException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Optional<Factory> getFactory() {
    return Optional.of(tables);
  }

  private record Tables(Scans scans, String query)
      implements DynamicTableSourceFactory, DynamicTableSinkFactory {
    @Override
    public String factoryIdentifier() {
      return NAME;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
      return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
      return Set.of();
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
      String name = context.getObjectIdentifier().getObjectName();
      SourceTable source =
          List.of(SourceTable.values()).stream()
              .filter(candidate -> candidate.sqlName().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ValidationException(
                          "table " + name + " is written here (expected: events, items or users)"));
      if (scans.kind() == JobKind.PROFILE && source != SourceTable.EVENTS) {
        throw new ValidationException(
            "a profile query reads " + name + " (expected: events; say kind: statistics)");
      }
      return new LogTableSource(scans, source, type(context), query);
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
      String name = context.getObjectIdentifier().getObjectName();
      boolean triggers = name.equals(QueryParser.TRIGGERS);
      return new FeatureTableSink(
          new FeatureSink(scans.engine(), scans.job(), query, triggers, type(context)), name);
    }

    private static RowType type(Context context) {
      return (RowType) context.getPhysicalRowDataType().getLogicalType();
    }
  }
}
