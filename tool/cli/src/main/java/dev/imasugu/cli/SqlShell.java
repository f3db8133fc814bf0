package dev.imasugu.cli;

import dev.imasugu.config.Project;
import dev.imasugu.node.Plans;
import dev.imasugu.node.ServerFile;
import dev.imasugu.query.LiveQuery;
import dev.imasugu.query.QueryException;
import dev.imasugu.query.QueryPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imasugu sql-shell DIR}. */
@Command(
    name = "sql-shell",
    description = {
      "Runs a SELECT on what comes in from now on and shows its rows as they change.",
      "The query runs in this process: the server is only asked for its log. It may use the views of"
          + " the project's files; SHOW TABLES and DESCRIBE events say what there is.",
    },
    footer = {
      "",
      "Example:   ./imasugu sql-shell shop",
      "           ./imasugu sql-shell shop --rows 5 \"SELECT type, COUNT(*) FROM events GROUP BY type\"",
    })
final class SqlShell implements Callable<Integer> {
  /** Where reading starts. */
  enum From {
    now,
    retained
  }

  @Parameters(index = "0", paramLabel = "DIR", description = "The project folder.")
  private Path directory;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "SQL",
      description = "A query; without it they are read from the terminal, each up to a ;.")
  private @Nullable String sql;

  @Option(
      names = "--from",
      defaultValue = "now",
      description = "Where to start: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if absent.")
  private From from;

  @Option(names = "--rows", defaultValue = "1000", description = "End after so many rows.")
  private int rows;

  @Option(names = "--seconds", defaultValue = "3600", description = "End after so long.")
  private int seconds;

  private final PrintStream out = System.out;

  @Override
  public Integer call() throws IOException {
    Project project = Project.load(directory);
    ServerFile server =
        ServerFile.find(project.state())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "no server runs %s (expected: ./imasugu run %s in another shell)"
                            .formatted(directory, directory)));
    QueryPlan plan = Plans.of(project);
    try (var api = new Api(server.uri(), server.token())) {
      if (sql != null) {
        try (var running = new Running(plan, api, sql)) {
          running.show();
        }
      } else {
        converse(plan, api);
      }
    }
    return 0;
  }

  /** Reads queries from the terminal; Enter ends the one that runs. */
  private void converse(QueryPlan plan, Api api) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    out.println("a SELECT and a ; to run it, Enter to end it, Ctrl-D to leave");
    var text = new StringBuilder();
    while (true) {
      out.print(text.isEmpty() ? "sql> " : "   > ");
      out.flush();
      String line = in.readLine();
      if (line == null) {
        return;
      }
      text.append(line).append('\n');
      if (line.strip().endsWith(";")) {
        String query = text.toString();
        text.setLength(0);
        try (var running = new Running(plan, api, query)) {
          Thread shower = Thread.ofPlatform().daemon().start(running::showAll);
          if (in.readLine() == null) {
            return;
          }
          running.end();
          shower.join();
        } catch (QueryException | IllegalStateException e) {
          out.println(e.getMessage());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      } else if (text.toString().isBlank()) {
        text.setLength(0);
      }
    }
  }

  /** A query that runs, and the copy of the log that it reads. */
  private final class Running implements AutoCloseable {
    private final LogFollower follower;
    private final LiveQuery live;
    private final ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

    Running(QueryPlan plan, Api api, String query) {
      follower = LogFollower.open(api, from.name());
      try {
        live = LiveQuery.start(plan, follower.log(), query);
      } catch (RuntimeException e) {
        follower.close();
        timer.shutdownNow();
        throw e;
      }
      out.println("op\t" + String.join("\t", live.columns()));
      follower.follow(live::lag);
      var _ = timer.schedule(live::end, seconds, TimeUnit.SECONDS);
    }

    void show() {
      for (int shown = 0; shown < rows; shown++) {
        List<String> row = live.next();
        if (row == null) {
          break;
        }
        out.println(String.join("\t", row));
      }
      if (!follower.failure().isEmpty()) {
        throw new IllegalStateException(follower.failure());
      }
    }

    /** As above, on a thread of its own beside the prompt. */
    void showAll() {
      try {
        show();
        out.println("-- ended, Enter for the next query");
      } catch (IllegalStateException e) {
        out.println(e.getMessage());
      }
    }

    void end() {
      live.end();
    }

    @Override
    public void close() {
      timer.shutdownNow();
      live.close();
      follower.close();
    }
  }
}
