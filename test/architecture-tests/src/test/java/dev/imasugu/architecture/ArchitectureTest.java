package dev.imasugu.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

@AnalyzeClasses(packages = "dev.imasugu", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "dev.imasugu.";

  private static final Set<String> FOUNDATION =
      Set.of("domain", "vector", "metric", "config", "http");

  /** Who may see whom, beside foundation, which everyone may see. A module not named here fails. */
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("client", Set.of()),
          Map.entry("domain", Set.of()),
          Map.entry("vector", Set.of()),
          Map.entry("metric", Set.of()),
          Map.entry("config", Set.of("domain")),
          Map.entry("http", Set.of()),
          Map.entry("log", Set.of()),
          Map.entry("imports", Set.of()),
          Map.entry("ingest", Set.of("log")),
          Map.entry("functions", Set.of()),
          Map.entry("query", Set.of("log", "store", "functions")),
          Map.entry("store", Set.of()),
          Map.entry("catalog", Set.of("log", "store")),
          Map.entry("model", Set.of()),
          Map.entry("train", Set.of("model")),
          Map.entry("evaluate", Set.of("model", "train", "replay")),
          Map.entry("replay", Set.of("log", "store", "query", "catalog", "retrieve", "recompute")),
          Map.entry("retrieve", Set.of("store", "catalog", "model")),
          Map.entry("recompute", Set.of("store", "retrieve")),
          Map.entry("serve", Set.of("store", "catalog", "log")),
          Map.entry("console", Set.of("catalog", "log", "query", "store")),
          Map.entry("shop", Set.of()));

  /** Modules that wire or test the others: they see all, and nobody sees them. */
  private static final Set<String> ROOFS = Set.of("node", "cli", "testing", "benchmark");

  @ArchTest
  static void modulesFollowTheArrows(JavaClasses classes) {
    var wrong = new TreeSet<String>();
    for (JavaClass from : classes) {
      String module = module(from);
      from.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass())
          .filter(to -> to.getPackageName().startsWith(ROOT))
          .map(ArchitectureTest::module)
          .filter(to -> !to.equals(module) && !mayDepend(module, to))
          .forEach(to -> wrong.add(module + " -> " + to));
    }
    assertThat(wrong).as("arrows that ARCHITECTURE.md does not have").isEmpty();
  }

  private static boolean mayDepend(String from, String to) {
    if (ROOFS.contains(from)) {
      return from.equals("cli") || from.equals("benchmark") || !ROOFS.contains(to);
    }
    Set<String> allowed = ARROWS.get(from);
    assertThat(allowed).as("module %s has no line in ARROWS", from).isNotNull();
    boolean foundation = FOUNDATION.contains(to) && !FOUNDATION.contains(from);
    return foundation || allowed.contains(to);
  }

  private static String module(JavaClass type) {
    String rest = type.getPackageName().substring(ROOT.length());
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("dev.imasugu.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule FLINK_LIVES_IN_QUERY =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.imasugu.query..", "dev.imasugu.functions..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.flink..");

  @ArchTest
  static final ArchRule ROCKSDB_LIVES_IN_LOG_AND_STORE =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.imasugu.log..", "dev.imasugu.store..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.rocksdb..");

  @ArchTest
  static final ArchRule HTTP_SERVER_LIVES_AT_THE_EDGE =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.imasugu.http..",
              "dev.imasugu.ingest..",
              "dev.imasugu.serve..",
              "dev.imasugu.console..",
              "dev.imasugu.node..",
              "dev.imasugu.benchmark..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.linecorp.armeria..", "io.netty..");

  @ArchTest
  static final ArchRule NO_GRAB_BAGS =
      noClasses()
          .should()
          .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Base)")
          .as("a class is named for what it is: no Utils, Helper, Manager, Impl or Base");

  @ArchTest
  static final ArchRule NO_BORROWED_LANG_BAGS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.commons.lang3..", "javax.annotation..");

  @ArchTest
  static final ArchRule TIME_AND_CHANCE_ARE_PASSED_IN =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.imasugu.node..",
              "dev.imasugu.testing..",
              "dev.imasugu.benchmark..",
              "dev.imasugu.client..")
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(java.util.concurrent.ThreadLocalRandom.class, "current")
          .as("time and chance are passed in: take an InstantSource or a RandomGenerator");
}
