package dev.imasugu.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.imasugu.config.ConfigException;
import dev.imasugu.config.PlacementConfig;
import dev.imasugu.config.PlacementConfig.Transitions;
import dev.imasugu.config.Project;
import dev.imasugu.domain.UserId;
import dev.imasugu.http.Call;
import dev.imasugu.http.Endpoint;
import dev.imasugu.http.Json;
import dev.imasugu.http.Problem;
import dev.imasugu.log.Topic;
import dev.imasugu.query.LiveQueries;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Row;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.TemplateOutput;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The pages. Safe for many threads; holds the last minute's figures and the newest active users.
 *
 * <p>An act must come from a page of ours: it is refused without the header that a form of another
 * site cannot send.
 */
public final class Console implements AutoCloseable {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  private static final List<String> ACTS = List.of("click", "like", "purchase", "dismiss");
  private static final int LIST = 12;
  private static final int HISTORY = 16;
  private static final int PEOPLE = 8;

  private final ConsoleSources sources;
  private final Figures figures;
  private final Folders folders;
  private final Active active = new Active();
  private final TemplateEngine templates =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Console.class.getClassLoader(), "dev.imasugu.console");
  private final String version = Assets.version();

  public Console(ConsoleSources sources) {
    this.sources = sources;
    this.figures = new Figures(sources.metrics());
    this.folders = new Folders(sources.clock());
    sources.store().dirty().onClean(active::saw);
  }

  /** {@code GET /}: a person. */
  public Endpoint people() {
    return page(
        HttpMethod.GET,
        call -> {
          QueryParams query = call.parameters();
          Language language = language(call, query);
          String user = user(query);
          String placement = placement(query);
          return stage(call, language, user, placement, null, null, "")
              .thenApplyAsync(
                  stage ->
                      render(
                          "people.jte",
                          Map.of(
                              "stage",
                              stage,
                              "placements",
                              List.copyOf(new TreeMap<>(sources.placements().get()).keySet()),
                              "people",
                              active.newest(PEOPLE),
                              "live",
                              live(language),
                              "version",
                              version)),
                  call.aside());
        });
  }

  /** {@code POST /console/act}: does something as a person and answers their stage after it. */
  public Endpoint act() {
    return page(
        HttpMethod.POST,
        call -> {
          if (!"true".equals(call.request().headers().get("hx-request"))) {
            throw new Problem(
                HttpStatus.FORBIDDEN, "HX-Request: <absent> (expected: an act from the page)");
          }
          QueryParams form = QueryParams.fromQueryString(call.request().contentUtf8());
          Language language = language(call, form);
          String user = user(form);
          String placement = placement(form);
          String type = form.get("type", "");
          if (!ACTS.contains(type)) {
            throw new IllegalArgumentException(
                "type: %s (expected one of: %s)".formatted(type, String.join(", ", ACTS)));
          }
          ObjectNode event =
              Json.object()
                  .put("item", form.get("item", ""))
                  .put("type", type)
                  .put("placement", placement);
          String visitor = visitor(user);
          event.put(visitor == null ? "user" : "anonymous", visitor == null ? user : visitor);
          long start = System.nanoTime();
          return handle(
                  sources.events(),
                  new Call(
                      AggregatedHttpRequest.of(
                          HttpMethod.POST, "/v1/events", MediaType.JSON, Json.bytes(event)),
                      "",
                      call.loop(),
                      call.aside()))
              .thenComposeAsync(
                  answer -> {
                    JsonNode result = answer.path("results").path(0);
                    if (!result.path("verdict").asText().equals("accepted")) {
                      throw new IllegalArgumentException(
                          "%s: %s (expected: %s)"
                              .formatted(
                                  result.path("field").asText(),
                                  result.path("value").asText(),
                                  result.path("expected").asText()));
                    }
                    return stage(
                        call, language, user, placement, result.path("asOf").asText(), start, type);
                  },
                  call.loop())
              .thenApplyAsync(stage -> render("stage.jte", Map.of("stage", stage)), call.aside());
        });
  }

  /** {@code GET /console/live}: the strip of figures. */
  public Endpoint live() {
    return page(
        HttpMethod.GET,
        call -> {
          Language language = language(call, call.parameters());
          return CompletableFuture.supplyAsync(
              () -> render("strip.jte", Map.of("live", live(language))), call.aside());
        });
  }

  private Live live(Language language) {
    return new Live(
        language,
        figures.now(),
        Chart.svg(
            figures.minute(),
            language.say(
                "milliseconds from event to list in the last minute, p50 and p99",
                "直近1分間のイベントからリストまでのミリ秒、p50とp99")));
  }

  /** {@code GET /console/sql}: the files that a placement's lists are made of. */
  public Endpoint sql() {
    return page(
        HttpMethod.GET,
        call -> {
          String placement = placement(call.parameters());
          return CompletableFuture.supplyAsync(
              () -> render("sql.jte", Map.of("files", files(placement))), call.aside());
        });
  }

  /** {@code GET /console/operators}. */
  public Endpoint operators() {
    return page(
        HttpMethod.GET,
        call -> {
          boolean fragment = "true".equals(call.request().headers().get("hx-request"));
          Language language = language(call, call.parameters());
          return CompletableFuture.supplyAsync(
              () ->
                  fragment
                      ? render("status.jte", Map.of("state", state(language)))
                      : render(
                          "operators.jte",
                          Map.of(
                              "state",
                              state(language),
                              "live",
                              live(language),
                              "version",
                              version)),
              call.aside());
        });
  }

  /** {@code GET /console/{name}}: what the pages load. */
  public Endpoint assets() {
    return Assets.endpoint();
  }

  private List<SqlText> files(String placement) {
    Path directory = sources.project().directory();
    var files = new ArrayList<SqlText>();
    String path = "placements/" + placement + ".yaml";
    try {
      files.add(SqlText.of(path, Files.readString(directory.resolve(path))));
      new TreeMap<>(Project.load(directory).sql())
          .forEach((name, text) -> files.add(SqlText.of(name, text)));
    } catch (IOException | ConfigException e) {
      throw new Problem(HttpStatus.CONFLICT, "the project's files do not read: " + e.getMessage());
    }
    return files;
  }

  private Operators state(Language language) {
    var log = new ArrayList<Operators.Part>();
    for (Topic topic : List.of(Topic.EVENTS, Topic.ITEMS, Topic.USERS)) {
      for (int partition = 0; partition < sources.log().partitions(); partition++) {
        log.add(
            new Operators.Part(
                topic.name().toLowerCase(Locale.ROOT),
                partition,
                sources.log().begin(topic, partition),
                sources.log().end(topic, partition)));
      }
    }
    Runtime runtime = Runtime.getRuntime();
    return new Operators(
        language,
        sources.queries().get(),
        sources.store().dirty().size(),
        List.of(
            new Operators.Fact(
                language.say("items on the shelf", "販売中の商品"),
                String.format(
                    Locale.ROOT,
                    "%,d / %,d",
                    sources.catalog().availableItems(),
                    sources.catalog().size())),
            new Operators.Fact(
                language.say("dirty users", "再計算待ちの人"),
                String.format(Locale.ROOT, "%,d", sources.store().dirty().size())),
            new Operators.Fact(
                language.say("quarantined", "隔離"), gauge("imasugu.quarantine.records")),
            new Operators.Fact(language.say("waiting reads", "待機中の読み取り"), gauge("imasugu.waiters")),
            new Operators.Fact(
                language.say("heap", "ヒープ"),
                Folders.mebibytes((double) runtime.totalMemory() - runtime.freeMemory()))),
        log,
        folders.sizes(sources.project().state()),
        active.newest(24));
  }

  private String gauge(String name) {
    var gauge = sources.metrics().find(name).gauge();
    return gauge == null ? "0" : String.format(Locale.ROOT, "%,.0f", gauge.value());
  }

  private CompletableFuture<Stage> stage(
      Call call,
      Language language,
      String user,
      String placement,
      @Nullable String asOf,
      @Nullable Long start,
      String did) {
    String visitor = visitor(user);
    String path =
        "/v1/placements/%s/recommendations?limit=%d&%s=%s"
            .formatted(
                placement,
                LIST,
                visitor == null ? "user" : "anonymous",
                encoded(visitor == null ? user : visitor));
    if (asOf != null) {
      path += "&waitMs=2000&minAsOf=" + encoded(asOf);
    }
    var read =
        new Call(
            AggregatedHttpRequest.of(HttpMethod.GET, path), placement, call.loop(), call.aside());
    return handle(sources.reads(), read)
        .thenApplyAsync(
            list -> {
              Double took = start == null ? null : (System.nanoTime() - start) / 1e6;
              return stage(language, user, placement, list, took, did);
            },
            call.aside());
  }

  private Stage stage(
      Language language,
      String user,
      String placement,
      JsonNode list,
      @Nullable Double took,
      String did) {
    PlacementConfig config = config(placement);
    LiveQueries live = sources.live().get();
    var catalog = sources.catalog();
    Why why = Why.of(config, live, sources.store().features(), catalog, user, language);
    var cards = new ArrayList<Card>();
    for (JsonNode item : list.path("items")) {
      String id = item.path("id").asText();
      cards.add(Card.of(id, catalog.find(id), why.say(id, item.path("source").asText()), language));
    }
    var history = new ArrayList<Card>();
    FeatureTable table = Why.history(config, live);
    if (table != null) {
      int item = table.index("item_id");
      boolean typed = table.columns().stream().anyMatch(column -> column.name().equals("type"));
      Instant now = sources.clock().instant();
      for (Row row : sources.store().features().find(table, user)) {
        if (history.size() == HISTORY) {
          break;
        }
        String id = row.text(item);
        String note =
            (typed ? deed(language, row.text(table.index("type"))) + " · " : "")
                + ago(language, Duration.between(row.instant(table.index("occurred_at")), now));
        history.add(Card.of(id, catalog.find(id), note, language));
      }
    }
    return new Stage(
        language,
        user,
        placement,
        history,
        cards,
        made(language, list.path("madeBy").asText()),
        list.path("fresh").asBoolean(),
        took,
        did.isEmpty() ? "" : deed(language, did));
  }

  private static String made(Language language, String madeBy) {
    return switch (madeBy) {
      case "stored", "waited" -> language.say("made for this person", "この人のために計算");
      case "fallback:popular" -> language.say("what is popular; this person is new", "人気順（はじめての人）");
      case "fallback:catalogue" -> language.say("from the shelf", "棚から");
      default -> madeBy;
    };
  }

  private static String deed(Language language, String type) {
    return switch (type) {
      case "view" -> language.say("looked at", "閲覧");
      case "click" -> language.say("clicked", "クリック");
      case "like" -> language.say("liked", "お気に入り");
      case "add_to_cart" -> language.say("put into the cart", "カートに追加");
      case "purchase" -> language.say("bought", "購入");
      case "dismiss" -> language.say("dismissed", "非表示");
      case "rating" -> language.say("rated", "評価");
      default -> type;
    };
  }

  private static String ago(Language language, Duration ago) {
    if (ago.toSeconds() < 60) {
      return language.say("just now", "たった今");
    }
    if (ago.toMinutes() < 60) {
      return language.say(ago.toMinutes() + " min ago", ago.toMinutes() + "分前");
    }
    if (ago.toHours() < 48) {
      return language.say(ago.toHours() + " h ago", ago.toHours() + "時間前");
    }
    return language.say(ago.toDays() + " days ago", ago.toDays() + "日前");
  }

  private static String user(QueryParams query) {
    String user = query.get("user", "").strip();
    return user.isEmpty() ? "visitor" : new UserId(user).value();
  }

  private static @Nullable String visitor(String user) {
    return user.startsWith("anonymous:") ? user.substring("anonymous:".length()) : null;
  }

  private static Language language(Call call, QueryParams query) {
    return Language.of(
        query.get("lang"), call.request().headers().get(HttpHeaderNames.ACCEPT_LANGUAGE));
  }

  /** As asked for, else the first whose lists follow what people do, else the first. */
  private String placement(QueryParams query) {
    Map<String, PlacementConfig> all = new TreeMap<>(sources.placements().get());
    String asked = query.get("placement");
    if (asked != null) {
      if (!all.containsKey(asked)) {
        throw new Problem(
            HttpStatus.NOT_FOUND,
            "placement: %s (expected one of: %s)"
                .formatted(asked, String.join(", ", all.keySet())));
      }
      return asked;
    }
    return all.entrySet().stream()
        .filter(each -> each.getValue().sources().stream().anyMatch(Transitions.class::isInstance))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseGet(() -> all.keySet().iterator().next());
  }

  private PlacementConfig config(String placement) {
    PlacementConfig config = sources.placements().get().get(placement);
    if (config == null) {
      throw new Problem(
          HttpStatus.NOT_FOUND, "placement: " + placement + " (expected: one there is)");
    }
    return config;
  }

  private static CompletableFuture<JsonNode> handle(Call.Handler handler, Call call) {
    return handler
        .handle(call)
        .thenApply(
            response -> {
              JsonNode body = Json.parse(response.content().array());
              if (!response.status().isSuccess()) {
                throw new Problem(response.status(), body.path("detail").asText());
              }
              return body;
            });
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private String render(String template, Map<String, Object> parameters) {
    TemplateOutput output = new StringOutput();
    templates.render(template, parameters, output);
    return output.toString();
  }

  private static Endpoint page(HttpMethod method, Function<Call, CompletableFuture<String>> html) {
    return Endpoint.of(
        method,
        "",
        call ->
            html.apply(call)
                .thenApply(
                    text ->
                        AggregatedHttpResponse.of(
                            ResponseHeaders.builder(HttpStatus.OK)
                                .contentType(MediaType.HTML_UTF_8)
                                .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY)
                                .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
                                .set(HttpHeaderNames.REFERRER_POLICY, "no-referrer")
                                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                                .build(),
                            HttpData.ofUtf8(text))));
  }

  @Override
  public void close() {
    figures.close();
  }
}
