package dev.imasugu.console;

import dev.imasugu.catalog.Catalog;
import dev.imasugu.config.PlacementConfig;
import dev.imasugu.config.Project;
import dev.imasugu.http.Call;
import dev.imasugu.log.EventLog;
import dev.imasugu.query.LiveQueries;
import dev.imasugu.query.QueryStatus;
import dev.imasugu.store.Store;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the pages show.
 *
 * @param project whose folder and state they are
 * @param placements as they are live now
 * @param events the handler of {@code POST /v1/events}
 * @param reads the handler of reads
 */
public record ConsoleSources(
    Project project,
    Supplier<Map<String, PlacementConfig>> placements,
    Catalog catalog,
    Store store,
    EventLog log,
    Supplier<LiveQueries> live,
    Supplier<List<QueryStatus>> queries,
    MeterRegistry metrics,
    InstantSource clock,
    Call.Handler events,
    Call.Handler reads) {}
