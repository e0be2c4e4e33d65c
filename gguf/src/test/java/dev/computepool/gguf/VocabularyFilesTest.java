package dev.computepool.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real files against what an independent reader found in them.
class VocabularyFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void agreesWithAnIndependentReader() throws Exception {
    List<Path> files = SharedData.files(SharedData.folder("data/vocab"), "*.gguf");
    assertTrue(files.size() > 0);
    for (Path path : files) {
      String name = path.getFileName().toString().replace(".gguf", ".info.json");
      JsonNode info = JSON.readTree(path.resolveSibling(name).toFile());
      try (GgufFile file = GgufFile.open(path)) {
        assertAgrees(info, file);
      }
    }
  }

  private static void assertAgrees(JsonNode info, GgufFile file) {
    GgufHeader header = file.header();
    assertEquals(info.get("file_bytes").longValue(), file.size());
    assertEquals(info.get("version").intValue(), header.version());
    assertEquals(info.get("alignment").intValue(), header.alignment());
    assertEquals(info.get("data_offset").longValue(), header.dataOffset());
    assertEquals(info.get("tensor_count").intValue(), header.tensors().size());
    List<String> keys = new ArrayList<>();
    info.get("metadata").fieldNames().forEachRemaining(keys::add);
    assertEquals(keys, header.metadata().keys());
    for (String key : keys) {
      assertAgrees(
          info.get("metadata").get(key),
          header.metadata().get(key).orElseThrow(),
          header.file() + " " + key);
    }
  }

  private static void assertAgrees(JsonNode expected, MetadataValue value, String where) {
    assertEquals(expected.get("type").textValue(), value.type().toString(), where);
    if (!(value instanceof MetadataArray array)) {
      assertEquals(printed(expected.get("value")), printed(value), where);
      return;
    }
    assertEquals(expected.get("element_type").textValue(), array.elementType().toString(), where);
    assertEquals(expected.get("length").intValue(), array.length(), where);
    List<String> lines = new ArrayList<>();
    for (MetadataValue element : array) {
      lines.add(printed(element));
    }
    JsonNode first = expected.get("first");
    JsonNode last = expected.get("last");
    for (int i = 0; i < first.size(); i++) {
      assertEquals(printed(first.get(i)), printed(array.element(i)), where);
      assertEquals(printed(last.get(i)), lines.get(lines.size() - last.size() + i), where);
    }
    assertEquals(expected.get("sha256_of_lines").textValue(), sha256(lines), where);
  }

  /// A value as Python prints it, in which single precision is widened to double.
  private static String printed(MetadataValue value) {
    return switch (value) {
      case MetadataValue.Float32 single -> printed(single.value());
      case MetadataValue.Float64 wide -> printed(wide.value());
      default -> value.toString();
    };
  }

  private static String printed(JsonNode value) {
    return value.isFloatingPointNumber() ? printed(value.doubleValue()) : value.asText();
  }

  private static String printed(double number) {
    double size = Math.abs(number);
    if (size == 0 || (size >= 1e-3 && size < 1e7)) {
      return Double.toString(number);
    }
    if (size >= 1e-4 && size < 1e16) {
      String plain = new BigDecimal(Double.toString(number)).toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String scientific = Double.toString(number).replace(".0E", "E").replace('E', 'e');
    return scientific.replaceFirst("e(\\d)", "e+$1").replaceFirst("(e[+-])(\\d)$", "$10$2");
  }

  private static String sha256(List<String> lines) {
    try {
      byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void writesTheSameHeaderAgain(@TempDir Path folder) throws Exception {
    for (Path path : SharedData.files(SharedData.folder("data/vocab"), "*.gguf")) {
      try (GgufFile file = GgufFile.open(path)) {
        GgufLayout copied = GgufLayout.builder().putAll(file.header().metadata()).build();
        Path target = folder.resolve(path.getFileName());
        GgufWriter.create(target, copied).commit();
        assertArrayEquals(
            file.bytes(0, file.header().end()).toArray(ValueLayout.JAVA_BYTE),
            Files.readAllBytes(target));

        GgufLayout.Builder decoded = GgufLayout.builder();
        for (String key : file.header().metadata().keys()) {
          decoded.put(key, reencoded(file.header().metadata().get(key).orElseThrow()));
        }
        assertEquals(copied.header(), decoded.build().header());
      }
    }
  }

  // Through objects of the heap, so that nothing is merely copied.
  private static MetadataValue reencoded(MetadataValue value) {
    if (value instanceof MetadataArray array) {
      if (array.elementType() == MetadataType.STRING) {
        return MetadataArray.ofStrings(array.strings());
      }
      if (array.elementType() == MetadataType.FLOAT32) {
        return MetadataArray.ofFloats(array.floats());
      }
      if (array.elementType().isInteger()) {
        return MetadataArray.ofIntegers(array.elementType(), array.integers());
      }
    }
    return value;
  }

  @Test
  void readsEveryHeaderFromAPrefixThatGrowsAsAsked() throws IOException {
    for (Path path : SharedData.files(SharedData.folder("data/vocab"), "*.gguf")) {
      try (GgufFile file = GgufFile.open(path)) {
        long length = 0;
        int requests = 0;
        while (GgufHeader.read(path.toString(), file.bytes(0, length), file.size())
            instanceof HeaderRead.Incomplete(long needed)) {
          // As a remote reader does: what is needed at least, and twice what there was.
          length = Math.min(file.size(), Math.max(needed, Math.max(2 * length, 1 << 16)));
          requests++;
        }
        assertTrue(requests <= 8, path + " took " + requests + " requests");
      }
    }
  }
}
