package dev.imasugu.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.ZstdOutputStream;
import dev.imasugu.config.ConfigException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each format on a few lines written by hand. */
class FormatsTest {
  @TempDir Path folder;

  private final List<String> refused = new ArrayList<>();
  private Map<String, Long> leftOut = Map.of();
  private List<String> items = List.of();

  private List<String> read(String format, Path... files) throws IOException {
    return read(Formats.named(format, null, false), format, files);
  }

  private List<String> read(Format format, String name, Path... files) throws IOException {
    var events = new ArrayList<String>();
    refused.clear();
    try (Recording recording =
        Recording.read(
            name, format, List.of(files), folder.resolve("sort"), refused::add, (_, _) -> {})) {
      recording.events(0, (_, json) -> events.add(json));
      leftOut = recording.leftOut();
      var all = new ArrayList<String>();
      recording.described().forEach(item -> all.add(item.toString()));
      recording.named().forEach(item -> all.add(item.toString()));
      items = all;
    }
    return events;
  }

  private Path file(String name, String text) throws IOException {
    return file(name, text, StandardCharsets.UTF_8);
  }

  private Path file(String name, String text, Charset charset) throws IOException {
    return Files.write(folder.resolve(name), text.getBytes(charset));
  }

  private static String withoutId(String json) {
    return json.replaceFirst("\"eventId\":\"[a-z0-9-]+:[0-9a-f]{32}(:\\d+)?\",", "");
  }

  @Test
  void deskdrop_mapsTypesAndSortsByTime() throws IOException {
    Path interactions =
        file(
            "users_interactions.csv",
            """
            timestamp,eventType,contentId,personId,sessionId,userAgent,userRegion,userCountry
            1465413032,VIEW,-31,-88,12,"Mozilla (X11, ""old"")",NY,US
            1465413000,COMMENT CREATED,77,-88,12,,,
            1465413001,CLAP,77,-88,12,,,
            yesterday,VIEW,77,-88,12,,,
            """);
    Path articles =
        file(
            "shared_articles.csv",
            """
            timestamp,eventType,contentId,authorPersonId,url,title,text,lang
            1459193988,CONTENT SHARED,77,1,http://a.b/c,"Ether, explained","two
            lines",en
            1459194000,CONTENT REMOVED,78,1,http://a.b/d,Gone,,en
            """);
    List<String> events = read("deskdrop", interactions, articles);
    assertThat(events.stream().map(FormatsTest::withoutId))
        .containsExactly(
            "{\"user\":\"-88\",\"item\":\"77\",\"type\":\"like\",\"occurredAt\":1465413000000,"
                + "\"sessionId\":\"12\",\"service\":\"deskdrop\",\"context\":{\"eventType\":\"COMMENT CREATED\"}}",
            "{\"user\":\"-88\",\"item\":\"-31\",\"type\":\"view\",\"occurredAt\":1465413032000,"
                + "\"sessionId\":\"12\",\"service\":\"deskdrop\",\"context\":{\"eventType\":\"VIEW\"}}");
    assertThat(items)
        .containsExactly(
            "{\"id\":\"77\",\"title\":\"Ether, explained\",\"category\":\"en\","
                + "\"fields\":{\"lang\":\"en\",\"url\":\"http://a.b/c\"}}",
            "{\"id\":\"-31\",\"title\":\"Article -31\"}");
    assertThat(refused)
        .containsExactly(
            "users_interactions.csv:4: eventType: CLAP (expected one of: BOOKMARK, COMMENT CREATED,"
                + " FOLLOW, LIKE, VIEW): 1465413001,CLAP,77,-88,12,,,",
            "users_interactions.csv:5: timestamp: yesterday (expected: seconds or milliseconds since"
                + " 1970, or 2016-03-14T12:00:00Z): yesterday,VIEW,77,-88,12,,,");
    assertThat(leftOut).containsExactly(Map.entry("articles that were taken back", 1L));
  }

  @Test
  void movielens_dat_csvAndInter_sayTheSame() throws IOException {
    String[] ratings = {
      file("ratings.dat", "1::1193::5::978300760\n2::661::3.5::978300761\n").toString(),
      file(
              "ratings.csv",
              """
              userId,movieId,rating,timestamp
              1,1193,5,978300760
              2,661,3.5,978300761
              """)
          .toString(),
      file(
              "ml.inter",
              """
              user_id:token\titem_id:token\trating:float\ttimestamp:float
              1\t1193\t5\t978300760
              2\t661\t3.5\t978300761
              """)
          .toString(),
      file("u.data", "1\t1193\t5\t978300760\n2\t661\t3.5\t978300761\n").toString(),
    };
    for (String each : ratings) {
      assertThat(read("movielens", Path.of(each)).stream().map(FormatsTest::withoutId))
          .as(each)
          .containsExactly(
              "{\"user\":\"1\",\"item\":\"1193\",\"type\":\"rating\",\"occurredAt\":978300760000,"
                  + "\"service\":\"movielens\",\"value\":5.0}",
              "{\"user\":\"2\",\"item\":\"661\",\"type\":\"rating\",\"occurredAt\":978300761000,"
                  + "\"service\":\"movielens\",\"value\":3.5}");
    }
    read(
        "movielens",
        file("movies.dat", "1::Amélie (2001)::Comedy|Romance\n", StandardCharsets.ISO_8859_1));
    String amelie =
        "{\"id\":\"1\",\"title\":\"Amélie (2001)\",\"category\":\"Comedy\",\"fields\":{\"genres\":\"%s\"}}";
    assertThat(items).containsExactly(amelie.formatted("Comedy|Romance"));
    read("movielens", file("movies.csv", "movieId,title,genres\n1,Amélie (2001),Comedy|Romance\n"));
    assertThat(items).containsExactly(amelie.formatted("Comedy|Romance"));
    read(
        "movielens",
        file(
            "ml.item",
            """
            item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq
            1\tAmélie\t2001\tComedy Romance
            """));
    assertThat(items).containsExactly(amelie.formatted("Comedy Romance"));
  }

  @Test
  void movielens_withoutTimes_keepsTheOrderOfTheRows() throws IOException {
    Path ratings = file("ratings.csv", "userId,movieId,rating,seq\n9,30,5,2\n1,10,4,1\n1,20,4,2\n");
    assertThat(read("movielens", ratings).stream().map(e -> json(e).path("item").asText()))
        .containsExactly("30", "10", "20");
    assertThat(read("movielens", ratings).stream().map(e -> json(e).path("occurredAt").asLong()))
        .containsExactly(946684800000L, 946684801000L, 946684802000L);
  }

  @Test
  void onlineRetail_takesPositiveLinesWithACustomer_eachInvoiceAtOneTime() throws IOException {
    Path invoices =
        file(
            "retail.csv",
            """
            InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
            536365,85123A,WHITE HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
            536365,71053,,6,2010-12-01 08:27:00,3.39,17850,United Kingdom
            C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527,United Kingdom
            536414,22139,,56,7/1/2011 11:52,0,,United Kingdom
            536415,22139,CUP,two,7/1/2011 11:52,0,,United Kingdom
            """);
    assertThat(read("online-retail", invoices).stream().map(FormatsTest::withoutId))
        .containsExactly(
            "{\"user\":\"17850\",\"item\":\"85123A\",\"type\":\"purchase\",\"occurredAt\":1291191960000,"
                + "\"value\":2.55,\"quantity\":6,\"sessionId\":\"536365\",\"service\":\"online-retail\","
                + "\"context\":{\"country\":\"United Kingdom\"}}",
            "{\"user\":\"17850\",\"item\":\"71053\",\"type\":\"purchase\",\"occurredAt\":1291191960000,"
                + "\"value\":3.39,\"quantity\":6,\"sessionId\":\"536365\",\"service\":\"online-retail\","
                + "\"context\":{\"country\":\"United Kingdom\"}}");
    assertThat(leftOut)
        .containsExactly(
            Map.entry("lines of returns and corrections", 1L),
            Map.entry("lines without a customer", 1L));
    assertThat(refused)
        .singleElement()
        .asString()
        .contains("Quantity: two (expected: a whole number)");
    assertThat(items)
        .containsExactly(
            "{\"id\":\"85123A\",\"title\":\"WHITE HOLDER\",\"price\":2.55}",
            "{\"id\":\"71053\",\"title\":\"Item 71053\"}");
  }

  @Test
  void yoochoose_clicksBuysAndPreparedSessions() throws IOException {
    Path clicks = file("yoochoose-clicks.dat", "11,2014-04-07T10:51:09.277Z,214536502,0\n");
    Path buys = file("yoochoose-buys.dat", "11,2014-04-07T10:52:00.000Z,214536502,12462,1\n");
    Path prepared = file("train.txt", "SessionId\tItemId\tTime\n11\t214536500\t1396867869.277\n");
    assertThat(read("yoochoose", buys, clicks, prepared).stream().map(FormatsTest::withoutId))
        .containsExactly(
            "{\"anonymous\":\"11\",\"item\":\"214536502\",\"type\":\"view\",\"occurredAt\":1396867869277,"
                + "\"sessionId\":\"11\",\"service\":\"yoochoose\"}",
            "{\"anonymous\":\"11\",\"item\":\"214536500\",\"type\":\"view\",\"occurredAt\":1396867869277,"
                + "\"sessionId\":\"11\",\"service\":\"yoochoose\"}",
            "{\"anonymous\":\"11\",\"item\":\"214536502\",\"type\":\"purchase\",\"occurredAt\":1396867920000,"
                + "\"sessionId\":\"11\",\"service\":\"yoochoose\",\"value\":12462.0,\"quantity\":1}");
  }

  @Test
  void retailrocket_eventsAndTheNewestCategory() throws IOException {
    Path events =
        file(
            "events.csv",
            """
            timestamp,visitorid,event,itemid,transactionid
            1433221332117,257597,transaction,355908,4000
            1433221332000,257597,addtocart,355908,
            1433221332118,257597,look,355908,
            """);
    Path properties =
        file(
            "item_properties_part1.csv",
            """
            timestamp,itemid,property,value
            1435460400000,355908,categoryid,1338
            1431226800000,355908,categoryid,1000
            1435460400000,355908,888,1116713 960601
            """);
    assertThat(read("retailrocket", events, properties).stream().map(FormatsTest::withoutId))
        .containsExactly(
            "{\"anonymous\":\"257597\",\"item\":\"355908\",\"type\":\"add_to_cart\","
                + "\"occurredAt\":1433221332000,\"service\":\"retailrocket\"}",
            "{\"anonymous\":\"257597\",\"item\":\"355908\",\"type\":\"purchase\","
                + "\"occurredAt\":1433221332117,\"service\":\"retailrocket\","
                + "\"context\":{\"transaction\":\"4000\"}}");
    assertThat(items).singleElement().asString().contains("\"category\":\"1338\"");
    assertThat(leftOut).containsExactly(Map.entry("properties other than the category", 1L));
    assertThat(refused)
        .singleElement()
        .asString()
        .contains("event: look (expected one of: addtocart");
  }

  @Test
  void obd_clickedImpression_isTwoEventsOfOneAnswer() throws IOException {
    Path impressions =
        file(
            "women.csv",
            """
            ,timestamp,item_id,position,click,propensity_score,user_feature_0,user_feature_1,user-item_affinity_0,user-item_affinity_1
            0,2019-11-24 00:03:24.688993+00:00,32,2,1,0.0217,81ce,03a5,0.0,1.0
            1,2019-11-24 00:03:25.688993+00:00,33,3,0,0.0217,81ce,03a5,0.0,0.0
            """);
    List<JsonNode> events = read("obd", impressions).stream().map(FormatsTest::json).toList();
    assertThat(events).hasSize(3);
    assertThat(events.stream().map(e -> e.path("type").asText()))
        .containsExactly("impression", "click", "impression");
    assertThat(events.get(0).path("occurredAt").asLong()).isEqualTo(1574553804688L);
    assertThat(events.get(1).path("responseId")).isEqualTo(events.get(0).path("responseId"));
    assertThat(events.get(2).path("responseId")).isNotEqualTo(events.get(0).path("responseId"));
    assertThat(events.get(2).path("anonymous")).isEqualTo(events.get(0).path("anonymous"));
    assertThat(events.get(0).path("context").toString())
        .isEqualTo(
            "{\"propensity\":\"0.0217\",\"user-item_affinity_1\":\"1.0\",\"user_feature_0\":\"81ce\","
                + "\"user_feature_1\":\"03a5\"}");
    assertThat(events.stream().map(e -> e.path("eventId").asText()).distinct()).hasSize(3);
  }

  @Test
  void ga4AndUsers_goAsTheyAre() throws IOException {
    Path rows =
        file(
            "events.jsonl",
            "{\"event_name\":\"b\",\"event_timestamp\":2000}\n{\"event_name\":\"a\",\"event_timestamp\":\"1000\"}\n[]\n");
    assertThat(read("ga4-export", rows))
        .containsExactly(
            "{\"event_name\":\"a\",\"event_timestamp\":\"1000\"}",
            "{\"event_name\":\"b\",\"event_timestamp\":2000}");
    assertThat(refused).containsExactly("events.jsonl:3: line (expected: a JSON object): []");
    assertThat(read("users", file("users.csv", "user_id,age\nmia,34\nben,\n")))
        .containsExactly("{\"user_id\":\"mia\",\"age\":\"34\"}", "{\"user_id\":\"ben\"}");
  }

  @Test
  void jsonl_withOurFields_keepsIdsAndMakesTheMissing() throws IOException {
    Path events =
        file(
            "events.jsonl",
            """
            {"eventId":"e1","user":"mia","item":"hat","type":"view","occurredAt":"2026-01-01T00:00:01Z","context":{"a":"b"}}
            {"user":"mia","item":"hat","type":"view","occurredAt":"2026-01-01T00:00:00Z"}
            {"user":"mia","item":"hat","type":"view","occurredAt":"2026-01-01T00:00:00Z"}
            {"user":"mia","item":"hat","type":"view"}
            """);
    List<String> read = read("jsonl", events);
    assertThat(read.stream().map(FormatsTest::withoutId))
        .containsExactly(
            "{\"user\":\"mia\",\"item\":\"hat\",\"type\":\"view\",\"occurredAt\":1767225600000}",
            "{\"user\":\"mia\",\"item\":\"hat\",\"type\":\"view\",\"occurredAt\":1767225600000}",
            "{\"eventId\":\"e1\",\"user\":\"mia\",\"item\":\"hat\",\"type\":\"view\","
                + "\"occurredAt\":1767225601000,\"context\":{\"a\":\"b\"}}");
    assertThat(read.stream().map(e -> json(e).path("eventId").asText()).distinct()).hasSize(3);
    assertThat(read("jsonl", events)).isEqualTo(read);
    assertThat(refused).singleElement().asString().contains("occurredAt: <absent>");
    assertThat(items).isEmpty();
  }

  @Test
  void csv_withAMapping_becomesEventsOrItems() throws IOException {
    Mapping orders =
        Mapping.parse(
            "orders.yaml",
            """
            columns: {user: customer, item: sku, type: action, occurredAt: when, quantity: n, context.shop: shop}
            constants: {service: till}
            types: {bought: purchase}
            time-format: dd.MM.yyyy HH:mm
            zone: Asia/Tokyo
            """);
    Path file =
        file(
            "orders.csv",
            "when;customer;sku;action;n;shop\n01.03.2026 09:00;7;A-1;bought;2;Ueno\n01.03.2026 09:01;7;A-1;bought;x;Ueno\n");
    assertThat(read(new MappedRows(orders, true), "csv", file).stream().map(FormatsTest::json))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.path("user").asText()).isEqualTo("7");
              assertThat(event.path("type").asText()).isEqualTo("purchase");
              assertThat(event.path("quantity").asInt()).isEqualTo(2);
              assertThat(event.path("occurredAt").asLong()).isEqualTo(1772323200000L);
              assertThat(event.at("/context/shop").asText()).isEqualTo("Ueno");
              assertThat(event.path("service").asText()).isEqualTo("till");
            });
    assertThat(refused).singleElement().asString().contains("quantity: x (expected: a number)");
    assertThat(items).containsExactly("{\"id\":\"A-1\",\"title\":\"A-1\"}");

    Mapping products =
        Mapping.parse("p.yaml", "into: items\ncolumns: {id: sku, price: eur, fields.colour: c}\n");
    read(new MappedRows(products, false), "csv", file("p.csv", "sku,eur,c\nA-1,9.5,red\n"));
    assertThat(json(items.getFirst()))
        .isEqualTo(json("{\"id\":\"A-1\",\"price\":9.5,\"fields\":{\"colour\":\"red\"}}"));
  }

  @Test
  void mapping_withAMistake_saysWhere() {
    assertThatThrownBy(() -> Mapping.parse("m.yaml", "columns: {user: a}\nzones: UTC\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Unknown key zones in m.yaml:2")
        .hasMessageEndingWith("Maybe you meant zone.");
    assertThatThrownBy(() -> Mapping.parse("m.yaml", "columns: {usr: a}\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Unknown field usr")
        .hasMessageEndingWith("Maybe you meant user.");
    assertThatThrownBy(() -> Formats.named("movielense", null, false))
        .hasMessageEndingWith("Maybe you meant movielens.");
    assertThatThrownBy(() -> Formats.named("obd", null, true))
        .hasMessageContaining("(expected: csv or jsonl)");
  }

  @Test
  void read_compressedOrArchived_isTheSame() throws IOException {
    String text = "1::1193::5::978300760\n";
    List<String> plain = read("movielens", file("ratings.dat", text));
    Path zst = folder.resolve("ratings.dat.zst");
    try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(zst))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    Path gz = folder.resolve("ratings.dat.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gz))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    Path zip = folder.resolve("ml.zip");
    try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (String name : List.of("ml/README", "ml/ratings.dat")) {
        out.putNextEntry(new ZipEntry(name));
        out.write(
            (name.endsWith("README") ? "A summary\n" : text).getBytes(StandardCharsets.UTF_8));
      }
    }
    assertThat(read("movielens", zst)).isEqualTo(plain);
    assertThat(read("movielens", gz)).isEqualTo(plain);
    assertThat(read("movielens", zip)).isEqualTo(plain);
    assertThat(leftOut).containsExactly(Map.entry("ml/README in ml.zip: not of this format", 1L));
    assertThatThrownBy(() -> read("obd", zip)).hasMessageContaining("no file of this format");
    assertThatThrownBy(() -> read("obd", gz)).isInstanceOf(UnknownFileException.class);
  }

  private static JsonNode json(String text) {
    try {
      return Records.JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
