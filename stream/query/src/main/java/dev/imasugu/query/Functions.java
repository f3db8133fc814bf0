package dev.imasugu.query;

import dev.imasugu.config.ConfigException;
import dev.imasugu.functions.BetaPrior;
import dev.imasugu.functions.CategoryAffinity;
import dev.imasugu.functions.DecayedSumAggregate;
import dev.imasugu.functions.DecayedWeight;
import dev.imasugu.functions.DistinctRecent;
import dev.imasugu.functions.ItemChanges;
import dev.imasugu.functions.NextNew;
import dev.imasugu.functions.PairsWithin;
import dev.imasugu.functions.Sessionize;
import dev.imasugu.functions.SmoothedCtr;
import dev.imasugu.functions.TopN;
import dev.imasugu.functions.TopNeighbours;
import dev.imasugu.functions.Transitions;
import dev.imasugu.functions.WithItem;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.functions.BuiltInFunctionDefinitions;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.functions.UserDefinedFunctionHelper;

/**
 * The functions that a project's SQL may call beside Flink's own: ours, and those of the jars in
 * its {@code functions} folder. Immutable.
 *
 * <p>A jar names its functions in {@code
 * META-INF/services/org.apache.flink.table.functions.UserDefinedFunction}, one class a line; SQL
 * calls {@code com.shop.PriceBand} by {@code PRICE_BAND}. Such code is trusted: it runs inside the
 * server with all of its rights.
 */
public final class Functions {
  /** Ours alone. */
  public static final Functions BUILT_IN =
      new Functions(
          Map.ofEntries(
              Map.entry("BETA_PRIOR", BetaPrior.class),
              Map.entry("CATEGORY_AFFINITY", CategoryAffinity.class),
              Map.entry("DECAYED_SUM", DecayedSumAggregate.class),
              Map.entry("DECAYED_WEIGHT", DecayedWeight.class),
              Map.entry("DISTINCT_RECENT", DistinctRecent.class),
              Map.entry("ITEM_CHANGES", ItemChanges.class),
              Map.entry("NEXT_NEW", NextNew.class),
              Map.entry("PAIRS_WITHIN", PairsWithin.class),
              Map.entry("SESSIONIZE", Sessionize.class),
              Map.entry("SMOOTHED_CTR", SmoothedCtr.class),
              Map.entry("TOP_N", TopN.class),
              Map.entry("TOP_NEIGHBOURS", TopNeighbours.class),
              Map.entry("TRANSITIONS", Transitions.class),
              Map.entry("WITH_ITEM", WithItem.class)),
          List.of(),
          List.of(),
          Functions.class.getClassLoader());

  private static final String FOLDER = "functions";
  private static final String LIST =
      "META-INF/services/org.apache.flink.table.functions.UserDefinedFunction";
  private static final int MAX_JARS = 100;

  /**
   * A function of the project's own.
   *
   * @param name as SQL calls it
   * @param jar {@code functions/prices.jar}
   * @param hash of the jar
   */
  public record Own(String name, String jar, String hash) {}

  private final Map<String, Class<? extends UserDefinedFunction>> classes;
  private final List<Own> own;
  private final List<URL> jars;
  private final ClassLoader loader;

  private Functions(
      Map<String, Class<? extends UserDefinedFunction>> classes,
      List<Own> own,
      List<URL> jars,
      ClassLoader loader) {
    this.classes = Map.copyOf(classes);
    this.own = List.copyOf(own);
    this.jars = List.copyOf(jars);
    this.loader = loader;
  }

  /**
   * Loads the jars of a project; its folder {@code functions} may be absent.
   *
   * @throws ConfigException for the first jar that is not as expected
   */
  public static Functions of(Path project) {
    List<Path> files = jars(project.resolve(FOLDER));
    if (files.isEmpty()) {
      return BUILT_IN;
    }
    var urls = new ArrayList<URL>();
    try {
      for (Path file : files) {
        urls.add(file.toUri().toURL());
      }
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
    var loader = new URLClassLoader(urls.toArray(URL[]::new), Functions.class.getClassLoader());
    var all = new TreeMap<>(BUILT_IN.classes);
    var own = new ArrayList<Own>();
    for (Path file : files) {
      String jar = FOLDER + "/" + file.getFileName();
      String hash = hash(file, jar);
      for (String className : listed(file, jar)) {
        Class<? extends UserDefinedFunction> type = load(className, jar, loader);
        String name = sqlName(type.getSimpleName());
        refuseTaken(name, className, jar, own);
        all.put(name, type);
        own.add(new Own(name, jar, hash));
      }
    }
    return new Functions(all, own, urls, loader);
  }

  private static List<Path> jars(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> inside = Files.list(folder)) {
      List<Path> found = inside.filter(path -> path.toString().endsWith(".jar")).sorted().toList();
      if (found.size() > MAX_JARS) {
        throw new ConfigException(
            "%s: %d jars (expected: at most %d)".formatted(FOLDER, found.size(), MAX_JARS));
      }
      return found;
    } catch (IOException e) {
      throw new ConfigException(FOLDER + ": not readable, " + e.getMessage());
    }
  }

  private static String hash(Path file, String jar) {
    try {
      return Hash8.of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new ConfigException(jar + ": not readable, " + e.getMessage());
    }
  }

  /** The classes that a jar names. */
  private static List<String> listed(Path file, String jar) {
    try (var open = new JarFile(file.toFile())) {
      JarEntry list = open.getJarEntry(LIST);
      if (list == null) {
        throw new ConfigException(
            "%s: names no functions (expected: a file %s with one class a line)"
                .formatted(jar, LIST));
      }
      try (var in = open.getInputStream(list)) {
        List<String> names =
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
        if (names.isEmpty()) {
          throw new ConfigException(
              "%s: %s names no class (expected: one a line)".formatted(jar, LIST));
        }
        return names;
      }
    } catch (IOException e) {
      throw new ConfigException(
          "%s: not a jar, %s (expected: a jar of functions)".formatted(jar, e.getMessage()));
    }
  }

  private static Class<? extends UserDefinedFunction> load(
      String className, String jar, ClassLoader loader) {
    try {
      Class<?> type = Class.forName(className, true, loader);
      if (!UserDefinedFunction.class.isAssignableFrom(type)) {
        throw new ConfigException(
            "%s: %s is no function (expected: a subclass of Flink's ScalarFunction,"
                    .formatted(jar, className)
                + " TableFunction, AggregateFunction or ProcessTableFunction)");
      }
      Class<? extends UserDefinedFunction> function = type.asSubclass(UserDefinedFunction.class);
      UserDefinedFunctionHelper.validateClass(function);
      return function;
    } catch (ClassNotFoundException e) {
      throw new ConfigException(
          "%s: %s is not in it (expected: every class that its list names)"
              .formatted(jar, className));
    } catch (UnsupportedClassVersionError e) {
      throw new ConfigException(
          "%s: %s is compiled for a newer Java (expected: at most %s)"
              .formatted(jar, className, Runtime.version().feature()));
    } catch (LinkageError e) {
      throw new ConfigException(
          "%s: %s cannot be loaded, %s (expected: a jar with everything that it needs but Flink)"
              .formatted(jar, className, e));
    } catch (ValidationException e) {
      throw new ConfigException("%s: %s".formatted(jar, e.getMessage()));
    }
  }

  private static void refuseTaken(String name, String className, String jar, List<Own> own) {
    String taken = null;
    if (BUILT_IN.classes.containsKey(name)) {
      taken = "a function of Imasugu";
    } else if (isBuiltIntoSql(name)) {
      taken = "a function of SQL";
    }
    for (Own other : own) {
      if (other.name.equals(name)) {
        taken = "a function of " + other.jar;
      }
    }
    if (taken != null) {
      throw new ConfigException(
          "%s: %s would be %s, which is %s (expected: another class name)"
              .formatted(jar, className, name, taken));
    }
  }

  private static boolean isBuiltIntoSql(String name) {
    return BuiltInFunctionDefinitions.getDefinitions().stream()
        .anyMatch(function -> function.getSqlName().equalsIgnoreCase(name));
  }

  /** {@code PriceBand} is {@code PRICE_BAND}. */
  static String sqlName(String className) {
    return className.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
  }

  /** The project's own, by jar and as the jar lists them. */
  public List<Own> own() {
    return own;
  }

  Map<String, Class<? extends UserDefinedFunction>> classes() {
    return classes;
  }

  /** What a cluster must load to run them. */
  List<URL> jars() {
    return jars;
  }

  ClassLoader loader() {
    return loader;
  }

  /** Identifies the own functions that some statements call: part of their query's version. */
  String signature(List<Statement> statements) {
    return own.stream()
        .filter(
            function ->
                statements.stream()
                    .flatMap(statement -> statement.tokens().stream())
                    .anyMatch(token -> token.is(function.name)))
        .map(function -> "\n" + function.name + "@" + function.hash)
        .collect(Collectors.joining());
  }
}
