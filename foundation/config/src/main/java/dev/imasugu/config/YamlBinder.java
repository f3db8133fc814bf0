package dev.imasugu.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/*
 * Binds YAML to records by reflection. A record component `checkpointInterval` is the key
 * `checkpoint-interval`. A key that is absent takes the text of the component's @Default; a nested
 * record without one takes its own defaults; anything else is required. A sealed interface of records is chosen by the key
 * `kind`, the record's name in kebab case. Aliases are refused: nothing here needs them, and they are
 * how small files become large ones.
 */

/**
 * Turns one YAML file into one record, or into a {@link ConfigException} that says where and why.
 */
public final class YamlBinder {
  private static final int MAX_FILE_CHARS = 1 << 20;
  private static final String KIND = "kind";

  private final String file;

  private YamlBinder(String file) {
    this.file = file;
  }

  /**
   * Binds a file's text.
   *
   * @param file the name to show in errors
   * @param type a record, or a sealed interface of records that the key {@code kind} chooses from
   * @throws ConfigException if the text is not of this type; the message names file and line
   */
  public static <T> T bind(String file, String text, Class<T> type) {
    Node root = compose(file, text);
    var binder = new YamlBinder(file);
    if (type.isInterface()) {
      Node chosen = root == null ? new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK) : root;
      return type.cast(binder.choice("", binder.mapping("", chosen), type));
    }
    return type.cast(
        binder.record(
            "", root == null ? null : binder.mapping("", root), 1, type.asSubclass(Record.class)));
  }

  /** Reads a text as YAML without references; null when it is empty. */
  static @Nullable Node compose(String file, String text) {
    if (text.length() > MAX_FILE_CHARS) {
      throw new ConfigException(
          "%s: %d characters (expected: at most %d)"
              .formatted(file, text.length(), MAX_FILE_CHARS));
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setAllowDuplicateKeys(false)
            .setMaxAliasesForCollections(0)
            .build();
    try {
      return new Compose(settings).composeString(text).orElse(null);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw new ConfigException(
          "Not YAML in %s:%d: %s (expected: keys and values, indented by spaces)."
              .formatted(file, line, e.getProblem()));
    } catch (YamlEngineException e) {
      throw new ConfigException("Not YAML in %s: %s".formatted(file, e.getMessage()));
    }
  }

  private Object record(
      String path, @Nullable MappingNode node, int line, Class<? extends Record> type) {
    Map<String, Node> values = new LinkedHashMap<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    if (node != null) {
      for (NodeTuple entry : node.getValue()) {
        String key = scalar(path, entry.getKeyNode());
        if (values.put(key, entry.getValueNode()) != null) {
          throw new ConfigException(
              "Key %s twice in %s:%d (expected: once)."
                  .formatted(join(path, key), file, line(entry.getKeyNode())));
        }
        lines.put(key, line(entry.getKeyNode()));
      }
    }
    var keys = new TreeSet<String>();
    RecordComponent[] components = type.getRecordComponents();
    for (RecordComponent component : components) {
      keys.add(kebab(component.getName()));
    }
    boolean chosenByKind = type.getInterfaces().length > 0 && type.getInterfaces()[0].isSealed();
    var unknown = new HashSet<>(values.keySet());
    unknown.removeAll(keys);
    if (chosenByKind) {
      unknown.remove(KIND);
    }
    for (String key : values.keySet()) {
      if (unknown.contains(key)) {
        throw unknownKey(path, key, lines.getOrDefault(key, line), keys);
      }
    }
    var arguments = new ArrayList<Object>();
    for (RecordComponent component : components) {
      String key = kebab(component.getName());
      Node value = values.get(key);
      arguments.add(
          value == null
              ? absent(join(path, key), line, component)
              : value(join(path, key), value, component.getGenericType()));
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<? extends Record> constructor = invoke(() -> type.getDeclaredConstructor(types));
      constructor.setAccessible(true);
      return invoke(() -> constructor.newInstance(arguments.toArray()));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "%s%s in %s:%d".formatted(path.isEmpty() ? "" : path + ".", e.getMessage(), file, line));
    }
  }

  private Object absent(String path, int line, RecordComponent component) {
    Class<?> type = component.getType();
    Default text = component.getAnnotation(Default.class);
    if (text != null) {
      return type == List.class ? List.of() : parse(text.value(), type);
    }
    if (type.isRecord() && type != Reference.class && type != Size.class) {
      return record(path, null, line, type.asSubclass(Record.class));
    }
    throw new ConfigException(
        "Missing key %s in %s:%d (expected: %s).".formatted(path, file, line, expectation(type)));
  }

  private Object value(String path, Node node, Type type) {
    if (type instanceof ParameterizedType generic) {
      if (generic.getRawType() == List.class) {
        return list(path, node, generic.getActualTypeArguments()[0]);
      }
      throw new IllegalStateException("no YAML form for " + type);
    }
    Class<?> target = (Class<?>) type;
    if (target == Reference.class) {
      return new Reference(scalar(path, node), file, line(node));
    }
    if (target.isSealed() && target.isInterface()) {
      return choice(path, mapping(path, node), target);
    }
    if (target.isRecord() && target != Size.class) {
      return record(path, mapping(path, node), line(node), target.asSubclass(Record.class));
    }
    String text = scalar(path, node);
    try {
      return parse(text, target);
    } catch (NumberFormatException e) {
      throw new ConfigException(
          "%s: %s in %s:%d (expected: %s)."
              .formatted(path, text, file, line(node), expectation(target)));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "%s: %s in %s:%d".formatted(path, e.getMessage(), file, line(node)));
    }
  }

  private List<Object> list(String path, Node node, Type element) {
    if (!(node instanceof SequenceNode sequence)) {
      throw new ConfigException(
          "%s in %s:%d is no list (expected: [a, b] or lines starting with '- ')."
              .formatted(path, file, line(node)));
    }
    var values = new ArrayList<Object>();
    for (Node child : sequence.getValue()) {
      values.add(value(path + "[" + values.size() + "]", child, element));
    }
    return values;
  }

  private Object choice(String path, MappingNode node, Class<?> sealed) {
    var byName = new LinkedHashMap<String, Class<?>>();
    for (Class<?> option : sealed.getPermittedSubclasses()) {
      byName.put(kebab(option.getSimpleName()), option);
    }
    for (NodeTuple entry : node.getValue()) {
      if (scalar(path, entry.getKeyNode()).equals(KIND)) {
        String kind = scalar(join(path, KIND), entry.getValueNode());
        Class<?> chosen = byName.get(kind);
        if (chosen == null) {
          throw new Reference(kind, file, line(entry.getValueNode()))
              .unknown(join(path, KIND), byName.keySet());
        }
        return record(path, node, line(node), chosen.asSubclass(Record.class));
      }
    }
    throw new ConfigException(
        "Missing key %s in %s:%d (expected one of: %s)."
            .formatted(join(path, KIND), file, line(node), String.join(", ", byName.keySet())));
  }

  private static Object parse(String text, Class<?> target) {
    if (target == String.class) {
      return text;
    } else if (target == int.class) {
      return Integer.parseInt(text);
    } else if (target == long.class) {
      return Long.parseLong(text);
    } else if (target == double.class) {
      double number = Double.parseDouble(text);
      if (!Double.isFinite(number)) {
        throw new NumberFormatException(text);
      }
      return number;
    } else if (target == boolean.class) {
      return switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> throw new NumberFormatException(text);
      };
    } else if (target == Duration.class) {
      return Durations.parse(text);
    } else if (target == Size.class) {
      return Size.parse(text);
    } else if (target.isEnum()) {
      var names = new TreeSet<String>();
      for (Object constant : target.getEnumConstants()) {
        String name = ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
        if (name.equals(text)) {
          return constant;
        }
        names.add(name);
      }
      throw new IllegalArgumentException(
          text + " (expected one of: " + String.join(", ", names) + ")");
    }
    throw new IllegalStateException("no YAML form for " + target);
  }

  private static String expectation(Class<?> type) {
    if (type == int.class || type == long.class) {
      return "a whole number";
    } else if (type == double.class) {
      return "a number";
    } else if (type == boolean.class) {
      return "true or false";
    } else if (type == List.class) {
      return "a list";
    } else if (type == Duration.class) {
      return "a duration such as 200ms";
    } else if (type == Size.class) {
      return "a size such as 64MiB";
    }
    return type.isRecord() && type != Reference.class ? "keys and values" : "a name";
  }

  private ConfigException unknownKey(String path, String key, int line, Set<String> keys) {
    String advice =
        Nearest.of(key, keys)
            .map(found -> "\nMaybe you meant " + join(path, found) + ".")
            .orElse("");
    return new ConfigException(
        "Unknown key %s in %s:%d (expected one of: %s).%s"
            .formatted(join(path, key), file, line, String.join(", ", keys), advice));
  }

  private MappingNode mapping(String path, Node node) {
    if (node instanceof MappingNode mapping) {
      return mapping;
    }
    throw new ConfigException(
        "%s in %s:%d has no keys (expected: keys and values)."
            .formatted(path.isEmpty() ? "The text" : path, file, line(node)));
  }

  private String scalar(String path, Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw new ConfigException(
        "%s in %s:%d is no single value (expected: one).".formatted(path, file, line(node)));
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** {@code checkpointInterval} and {@code CheckpointInterval} are {@code checkpoint-interval}. */
  static String kebab(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  private interface Reflective<T> {
    T run() throws ReflectiveOperationException;
  }

  private static <T> T invoke(Reflective<T> call) {
    try {
      return call.run();
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
