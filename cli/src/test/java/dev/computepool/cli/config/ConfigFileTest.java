package dev.computepool.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("c.yml");
  }

  private List<String> entries(String text) throws IOException {
    Files.writeString(file, text);
    List<String> entries = new ArrayList<>();
    for (ConfigFile.Entry e : ConfigFile.read(file).entries()) {
      entries.add("%s=%s@%d:%d".formatted(e.key(), e.value(), e.line(), e.column()));
    }
    return entries;
  }

  private String error(String text) throws IOException {
    Files.writeString(file, text);
    return String.valueOf(
            assertThrows(FormatException.class, () -> ConfigFile.read(file)).getMessage())
        .replace(folder + "/", "");
  }

  private String set(String text, String key, String value) throws IOException {
    Files.writeString(file, text);
    ConfigFile.read(file).set(key, value);
    return Files.readString(file);
  }

  @Test
  void readsNestedAndDottedNamesAlike() throws IOException {
    assertEquals(
        List.of("a.b=1@1:6", "a.c.d=x y@4:8", "a.e=@5:5", "f=#3@6:4", "g=true@7:4"),
        entries("a.b: 1\na:\n  c:\n    d: x y\n  e:\nf: '#3' # comment\ng: true\n"));
  }

  @Test
  void whatIsMissingOrEmptyHasNoEntries() throws IOException {
    assertEquals(List.of(), ConfigFile.read(folder.resolve("none.yml")).entries());
    assertEquals(List.of(), entries(""));
    assertEquals(List.of(), entries("# only a comment\n"));
    assertEquals(List.of(), entries("---\n{}\n"));
  }

  @Test
  void namesThePlaceOfWhatIsNoYaml() throws IOException {
    assertEquals(
        "c.yml at line 2, column 7: not YAML: a colon where none can be; a value with ': ' in it"
            + " stands in quotes",
        error("a: 1\nb: 2 c: 3\n"));
    assertEquals(
        "c.yml at line 2, column 1: not YAML: the line begins with a tab; YAML is indented with"
            + " spaces",
        error("a:\n\tb: 1\n"));
  }

  @Test
  void namesWhatIsNoSetting() throws IOException {
    assertEquals(
        "c.yml at line 1, column 1: settings are 'key: value' lines, not a list", error("- a\n"));
    assertEquals(
        "c.yml at line 1, column 1: settings are 'key: value' lines, not 'just text'",
        error("just text\n"));
    assertEquals("c.yml at line 1, column 4: 'a' is a list, not a value", error("a: [1, 2]\n"));
    assertEquals(
        "c.yml at line 2, column 4: 'b' is an alias, not a value", error("a: &x 1\nb: *x\n"));
    assertEquals(
        "c.yml at line 3, column 1: a second document begins where settings are only one",
        error("a: 1\n---\nb: 2\n"));
  }

  @Test
  void refusesWhatIsNoTextFile() throws IOException {
    Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xff});
    assertEquals(
        file + ": is not UTF-8 text",
        assertThrows(FormatException.class, () -> ConfigFile.read(file)).getMessage());
    Files.write(file, new byte[(1 << 20) + 1]);
    assertEquals(
        file + ": is too large for settings",
        assertThrows(FormatException.class, () -> ConfigFile.read(file)).getMessage());
    assertEquals(
        folder + ": is a folder, not a file of settings",
        assertThrows(FormatException.class, () -> ConfigFile.read(folder)).getMessage());
  }

  @Test
  void setAppendsWhatIsNew() throws IOException {
    ConfigFile.read(file).set("shard.size", "1GB");
    assertEquals("shard.size: 1GB\n", Files.readString(file));
    assertEquals("# mine\na: 1\nb: 2\n", set("# mine\na: 1\n", "b", "2"));
    assertEquals("a: 1\nb: 2\n", set("a: 1", "b", "2"));
    assertEquals(
        "shard:\n  count: 3\nshard.size: 1GB\n", set("shard:\n  count: 3\n", "shard.size", "1GB"));
  }

  @Test
  void setMakesTheFolder() throws IOException {
    Path deep = folder.resolve("a/b/c.yml");
    ConfigFile.read(deep).set("color", "never");
    assertEquals("color: never\n", Files.readString(deep));
  }

  @Test
  void setKeepsCommentsAndOtherLines() throws IOException {
    assertEquals(
        "# head\n\nshard:   # how\n  size:  2GB   # of one\n\n  other: 'x'\ncolor: auto\n",
        set(
            "# head\n\nshard:   # how\n  size:  1GB   # of one\n\n  other: 'x'\ncolor: auto\n",
            "shard.size",
            "2GB"));
    assertEquals(
        "shard.size: 2GB # a # b\nx: 1\n",
        set("shard.size: 1GB # a # b\nx: 1\n", "shard.size", "2GB"));
    assertEquals("a: 2\n", set("a: \"1 # no comment\"\n", "a", "2"));
    assertEquals(
        "\u00e9\ud83d\ude00: 1\na: 2 # \ud83d\ude00\n",
        set("\u00e9\ud83d\ude00: 1\na: 1 # \ud83d\ude00\n", "a", "2"));
  }

  @Test
  void setKeepsTheEndsOfLines() throws IOException {
    assertEquals("a: 2\r\nb: 3\r\n", set("a: 1\r\nb: 3\r\n", "a", "2"));
    assertEquals("a: 1\r\nb: 3\r\n", set("a: 1\r\n", "b", "3"));
    assertEquals("a: 2", set("a: 1", "a", "2"));
  }

  @Test
  void setChangesEveryFormOfAValue() throws IOException {
    assertEquals(
        "{color: never, offline: false} # all\n",
        set("{color: auto, offline: false} # all\n", "color", "never"));
    assertEquals("shard: {size: 2GB}\n", set("shard: {size: 1GB}\n", "shard.size", "2GB"));
    assertEquals("a: 2\nb: 3\n", set("a: |\n  1\n  1\nb: 3\n", "a", "2"));
    assertEquals("a: 2\n", set("a: >-\n  1\n", "a", "2"));
    assertEquals("a: 2\nb: 3\n", set("a:\nb: 3\n", "a", "2"));
    assertEquals("a: 2 # unset\n", set("a: # unset\n", "a", "2"));
    assertEquals("a: 2\n", set("a: 'it''s'\n", "a", "2"));
    assertEquals("a:\n  2\nb: 1\n", set("a:\n  several words\nb: 1\n", "a", "2"));
  }

  @Test
  void setChangesTheValueThatCounts() throws IOException {
    assertEquals("a.b: 1\na:\n  b: 3\n", set("a.b: 1\na:\n  b: 2\n", "a.b", "3"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a: b",
        "# no",
        "it's",
        "\"",
        "- x",
        "{",
        "[1]",
        "*x",
        "&x",
        "null",
        "~",
        "true",
        "1e3",
        "!x",
        "%",
        "@",
        "`",
        "a #b",
        "x ",
        "\u00e9 \ud83d\ude00",
        "a, b",
        "y\\n"
      })
  void whatIsSetIsReadAgain(String value) throws IOException {
    for (String before : List.of("", "a: 1\n", "b: 1\n", "{b: 1, c: 2}\n", "b: |\n  1\nc: 2\n")) {
      String after = set(before, "b", value);
      assertEquals(value, ConfigFile.read(file).entry("b").orElseThrow().value(), after);
    }
  }

  @Test
  void setRefusesAFormItWouldBreak() throws IOException {
    String flow = "{a: 1}\n";
    Files.writeString(file, flow);
    ConfigFile config = ConfigFile.read(file);
    FormatException e = assertThrows(FormatException.class, () -> config.set("b", "2"));
    assertTrue(String.valueOf(e.getMessage()).startsWith(file + ""), e.getMessage());
    assertEquals(flow, Files.readString(file));
  }

  @Test
  void setWritesThroughALink() throws IOException {
    Path real = Files.writeString(folder.resolve("real.yml"), "a: 1\n");
    Files.createSymbolicLink(file, real);
    ConfigFile.read(file).set("a", "2");
    assertEquals("a: 2\n", Files.readString(real));
    assertTrue(Files.isSymbolicLink(file), "still a link");
  }
}
