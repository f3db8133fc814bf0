package dev.imasugu.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceYamlTest {
  @Test
  void reference_holdsEveryKeyWithItsDefault() throws IOException {
    String text;
    try (var in = PlatformConfig.class.getResourceAsStream("reference.yaml")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(YamlBinder.bind("reference.yaml", text, PlatformConfig.class))
        .isEqualTo(PlatformConfig.defaults());
    var written = new ArrayList<String>();
    for (String line : text.lines().toList()) {
      if (line.matches("\\s*[a-z-]+:.*") && !line.strip().startsWith("#")) {
        written.add(line.strip().replaceAll(":.*", ""));
      }
    }
    assertThat(written).containsExactlyElementsOf(keys(PlatformConfig.class));
  }

  @Test
  void documentation_holdsTheReference() throws IOException {
    String page = Files.readString(Path.of("../../docs/configuration.md"));
    try (var in = PlatformConfig.class.getResourceAsStream("reference.yaml")) {
      assertThat(page).contains(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static List<String> keys(Class<?> record) {
    var keys = new ArrayList<String>();
    for (RecordComponent component : record.getRecordComponents()) {
      keys.add(YamlBinder.kebab(component.getName()));
      if (component.getType().isMemberClass() && component.getType().isRecord()) {
        keys.addAll(keys(component.getType()));
      }
    }
    return keys;
  }
}
