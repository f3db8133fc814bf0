package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imasugu.config.ConfigException;
import dev.imasugu.domain.EventTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class FunctionsTest {
  private static final String LIST =
      "META-INF/services/org.apache.flink.table.functions.UserDefinedFunction";
  private static final String BAND =
      """
      package com.shop;
      public class PriceBand extends org.apache.flink.table.functions.ScalarFunction {
        public String eval(Double price) {
          return price == null ? "none" : price < %d ? "low" : "high";
        }
      }
      """;
  private static final String SQL =
      """
      -- kind: statistics
      CREATE TABLE bands (band STRING, n BIGINT, PRIMARY KEY (band) NOT ENFORCED);
      INSERT INTO bands SELECT PRICE_BAND(`value`), COUNT(*) FROM events GROUP BY PRICE_BAND(`value`);
      """;

  @TempDir Path project;
  private Path jar;

  @BeforeEach
  void makeFolder() throws IOException {
    jar = Files.createDirectories(project.resolve("functions")).resolve("prices.jar");
  }

  @Test
  void of_noFolder_isOursAlone() {
    assertThat(Functions.of(project.resolve("elsewhere"))).isSameAs(Functions.BUILT_IN);
  }

  @Test
  void of_aJar_itsFunctionIsPlannedAndRun() throws Exception {
    pack("com.shop.PriceBand\n", Map.of("com/shop/PriceBand", BAND.formatted(20)));
    Functions functions = Functions.of(project);
    assertThat(functions.own())
        .singleElement()
        .satisfies(
            own -> {
              assertThat(own.name()).isEqualTo("PRICE_BAND");
              assertThat(own.jar()).isEqualTo("functions/prices.jar");
            });
    QueryPlan plan = plan(functions);
    try (var bench = QueryTrial.Bench.start(Files.createDirectory(project.resolve("tmp")));
        var trial = bench.plan(plan, Set.of("bands"))) {
      var events = Projects.events(new java.util.SplittableRandom(1), "e", 50);
      var rows = trial.run(new QueryTrial.Records(events, List.of(), List.of())).rows();
      assertThat(rows.get("bands")).extracting(row -> row.text(0)).contains("low", "none");
    }
    String before = table(plan);
    pack("com.shop.PriceBand\n", Map.of("com/shop/PriceBand", BAND.formatted(30)));
    assertThat(table(plan(Functions.of(project)))).as("a changed jar").isNotEqualTo(before);
  }

  private static QueryPlan plan(Functions functions) {
    return QueryPlan.of(
        List.of(new QueryFile("sql/bands.sql", SQL)), EventTypes.BUILT_IN, functions);
  }

  private static String table(QueryPlan plan) {
    return plan.existing("bands").version();
  }

  @Test
  void of_aBadJar_saysWhatIsWrong() throws Exception {
    Files.writeString(jar, "no jar");
    refused("functions/prices.jar: not a jar");
    pack(null, Map.of());
    refused("functions/prices.jar: names no functions (expected: a file " + LIST);
    pack("# nothing\n", Map.of());
    refused("names no class (expected: one a line)");
    pack("com.shop.Gone\n", Map.of());
    refused("functions/prices.jar: com.shop.Gone is not in it");
    pack("java.lang.String\n", Map.of());
    refused("java.lang.String is no function (expected: a subclass of Flink's ScalarFunction,");
    pack(
        "com.shop.Upper\n",
        Map.of("com/shop/Upper", BAND.formatted(1).replace("PriceBand", "Upper")));
    refused(
        "com.shop.Upper would be UPPER, which is a function of SQL (expected: another class name)");
    pack(
        "com.shop.TopN\n", Map.of("com/shop/TopN", BAND.formatted(1).replace("PriceBand", "TopN")));
    refused("com.shop.TopN would be TOP_N, which is a function of Imasugu");
    pack(
        "com.shop.PriceBand\n",
        Map.of(
            "com/shop/PriceBand",
            BAND.formatted(1)
                .replace("public String", "public PriceBand(int n) {} public String")));
    refused("functions/prices.jar: Function class 'com.shop.PriceBand' must have a public default");
    byte[] good = classOf("com/shop/PriceBand", BAND.formatted(1));
    good[7] = 99; // the major version
    write("com.shop.PriceBand\n", Map.of("com/shop/PriceBand", good));
    refused("com.shop.PriceBand is compiled for a newer Java");
  }

  private void refused(String message) {
    assertThatThrownBy(() -> Functions.of(project))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  private void pack(@Nullable String list, Map<String, String> sources) throws IOException {
    var classes = new java.util.HashMap<String, byte[]>();
    for (var source : sources.entrySet()) {
      classes.put(source.getKey(), classOf(source.getKey(), source.getValue()));
    }
    write(list, classes);
  }

  private byte[] classOf(String name, String source) throws IOException {
    Path folder = Files.createTempDirectory(project, "src");
    Path file = folder.resolve(name + ".java");
    Files.createDirectories(file.getParent());
    Files.writeString(file, source);
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-d", folder.toString(), file.toString());
    assertThat(result).isZero();
    return Files.readAllBytes(folder.resolve(name + ".class"));
  }

  private void write(@Nullable String list, Map<String, byte[]> classes) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      if (list != null) {
        out.putNextEntry(new JarEntry(LIST));
        out.write(list.getBytes(StandardCharsets.UTF_8));
      }
      for (var each : classes.entrySet()) {
        out.putNextEntry(new JarEntry(each.getKey() + ".class"));
        out.write(each.getValue());
      }
    }
  }
}
