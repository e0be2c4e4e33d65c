package dev.computepool.cli.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.cli.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedFilesTest {
  private static final String REMEDY = "; to rewrite all run: " + GeneratedFiles.COMMAND;

  @Test
  void checkedInFilesAreWhatTheGeneratorWrites() throws IOException {
    Path root = Tool.projectRoot();
    SortedMap<String, String> files = GeneratedFiles.all();
    assertEquals(
        List.copyOf(files.keySet()),
        Generate.present(root).stream().sorted().toList(),
        "names" + REMEDY);
    for (Map.Entry<String, String> file : files.entrySet()) {
      String present = Files.readString(root.resolve(file.getKey()));
      assertEquals(file.getValue(), present, file.getKey() + REMEDY);
    }
  }

  @Test
  void nameTheCommandThatTheBuildHas() throws IOException {
    String pom = Files.readString(Tool.projectRoot().resolve("cli/pom.xml"));
    assertTrue(GeneratedFiles.COMMAND.endsWith(" -Dgenerate"), GeneratedFiles.COMMAND);
    assertTrue(
        pom.contains("<property><name>generate</name></property>"), "profile in cli/pom.xml");
    assertTrue(pom.contains(Generate.class.getName()), "main class in cli/pom.xml");
  }

  @Test
  void areTheSameTwice() {
    assertEquals(GeneratedFiles.all(), GeneratedFiles.all());
  }

  @Test
  void generateRewritesWhatDiffersAndDeletesWhatIsGone(@TempDir Path root) throws IOException {
    Files.createDirectories(root.resolve("man"));
    Files.writeString(root.resolve("man/computepool-gone.1"), "old");
    Files.writeString(root.resolve("man/computepool.1"), "old");
    List<String> touched = Generate.rewrite(root);
    assertTrue(
        touched.containsAll(List.of("wrote man/computepool.1", "deleted man/computepool-gone.1")),
        touched.toString());
    assertEquals(List.of(), Generate.rewrite(root));
    SortedMap<String, String> files = GeneratedFiles.all();
    assertEquals(
        List.copyOf(files.keySet()), Generate.present(root).stream().sorted().toList(), "names");
    for (Map.Entry<String, String> file : files.entrySet()) {
      assertEquals(file.getValue(), Files.readString(root.resolve(file.getKey())), file.getKey());
    }
  }

  @Test
  void noPageTakesTheNameOfTheSystemsCp() {
    assertTrue(
        GeneratedFiles.all().keySet().stream()
            .filter(name -> name.startsWith("man/"))
            .allMatch(name -> name.startsWith("man/computepool")),
        "pages begin with computepool");
  }
}
