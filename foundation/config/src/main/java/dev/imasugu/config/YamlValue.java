package dev.imasugu.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** What a YAML file says where its keys are data, not settings; each value knows its place. */
public sealed interface YamlValue {
  /** {@code sql/tests/carts.yaml:12}. */
  String place();

  /**
   * A single value.
   *
   * @param text as written, without quotes; null for {@code null}
   * @param quoted whether it can only be text
   */
  record Scalar(@Nullable String text, boolean quoted, String place) implements YamlValue {}

  /** Values in order. */
  record Sequence(List<YamlValue> values, String place) implements YamlValue {
    public Sequence {
      values = List.copyOf(values);
    }
  }

  /** Values by key, in the order of the file. */
  record Mapping(Map<String, YamlValue> values, String place) implements YamlValue {
    public Mapping {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Refuses keys that are not known.
     *
     * @throws ConfigException for the first
     */
    public void allow(Collection<String> known) {
      values.forEach(
          (key, value) -> {
            if (!known.contains(key)) {
              throw new ConfigException(
                  "Unknown key %s in %s (expected one of: %s).%s"
                      .formatted(
                          key,
                          value.place(),
                          String.join(", ", known.stream().sorted().toList()),
                          Nearest.advice(key, known)));
            }
          });
    }
  }

  /**
   * Reads a file's text.
   *
   * @param file the name to show in errors
   * @throws ConfigException if it is not YAML, or empty
   */
  static YamlValue parse(String file, String text) {
    Node root = YamlBinder.compose(file, text);
    if (root == null) {
      throw new ConfigException(file + " is empty (expected: YAML)");
    }
    return of(file, root);
  }

  private static YamlValue of(String file, Node node) {
    String place = file + ":" + node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    return switch (node) {
      case ScalarNode scalar ->
          new Scalar(
              scalar.getTag().equals(Tag.NULL) ? null : scalar.getValue(),
              !scalar.isPlain(),
              place);
      case SequenceNode sequence -> {
        var values = new ArrayList<YamlValue>();
        sequence.getValue().forEach(value -> values.add(of(file, value)));
        yield new Sequence(values, place);
      }
      case MappingNode mapping -> {
        var values = new LinkedHashMap<String, YamlValue>();
        for (NodeTuple entry : mapping.getValue()) {
          if (!(entry.getKeyNode() instanceof ScalarNode key)) {
            throw new ConfigException(
                "A key in %s is no single value (expected: one).".formatted(place));
          }
          if (values.put(key.getValue(), of(file, entry.getValueNode())) != null) {
            throw new ConfigException(
                "Key %s twice in %s (expected: once).".formatted(key.getValue(), place));
          }
        }
        yield new Mapping(values, place);
      }
      default -> throw new ConfigException("No plain value in %s.".formatted(place));
    };
  }
}
