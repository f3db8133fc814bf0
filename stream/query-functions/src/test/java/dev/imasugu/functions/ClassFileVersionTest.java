package dev.imasugu.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClassFileVersionTest {
  private static final int JAVA_17 = 61;

  @Test
  void classFiles_all_loadOnJava17() throws Exception {
    Path classes =
        Path.of(DecayedSum.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Path> files;
    try (Stream<Path> paths = Files.walk(classes)) {
      files = paths.filter(path -> path.toString().endsWith(".class")).toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      assertThat(major(file)).as("%s", file).isLessThanOrEqualTo(JAVA_17);
    }
  }

  private static int major(Path file) throws IOException {
    try (var in = new DataInputStream(Files.newInputStream(file))) {
      in.readInt();
      in.readUnsignedShort();
      return in.readUnsignedShort();
    }
  }
}
