package dev.computepool.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.ByteRange;
import dev.computepool.base.FormatException.Problem;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
  @TempDir Path folder;

  private Path file(String header, int dataBytes) throws IOException {
    return file(header.getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  private Path file(byte[] header, int dataBytes) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header);
    for (int i = 0; i < dataBytes; i++) {
      bytes.put((byte) i);
    }
    return Files.write(folder.resolve("model.safetensors"), bytes.array());
  }

  private static List<String> problemsOf(Path file) {
    SafetensorsFormatException e =
        assertThrows(SafetensorsFormatException.class, () -> SafetensorsFile.open(file));
    return e.problems().stream().map(Problem::toString).toList();
  }

  @Test
  void readsNamesShapesMetadataAndData() throws IOException {
    Path path =
        file(
            """
            {"__metadata__":{"format":"pt","é":"ü"},
             "b":{"dtype":"BF16","shape":[2,3],"data_offsets":[4,16]},
             "a":{"shape":[],"data_offsets":[0,4],"dtype":"F32"},
             "z":{"dtype":"I64","shape":[0,9],"data_offsets":[16,16]}}\s\s\s
            """,
            16);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(
          new SafetensorsHeader(
              Map.of("format", "pt", "é", "ü"),
              List.of(
                  new StoredTensor("a", Dtype.F32, List.of(), new ByteRange(0, 4)),
                  new StoredTensor("b", Dtype.BF16, List.of(2L, 3L), new ByteRange(4, 16)),
                  new StoredTensor("z", Dtype.I64, List.of(0L, 9L), new ByteRange(16, 16))),
              file.size() - 16),
          file.header());
      assertArrayEquals(
          new byte[] {4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
          file.bytes(file.header().tensors().get(1)).toArray(ValueLayout.JAVA_BYTE));
      assertEquals(16, file.header().dataBytes());
    }
  }

  @Test
  void tellsAllProblemsOfAHeaderAtOnce() throws IOException {
    String header =
        """
        {"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]},
        "b":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]},
        "c":{"dtype":"F32","shape":[2],"data_offsets":[0,4]},
        "c":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
        "d":{"dtype":"F32","shape":[1],"data_offsets":[4,0]},
        "e":{"dtype":"F32","shape":[4611686018427387904,2],"data_offsets":[0,4]},
        "f":{"dtype":"F4","shape":[3],"data_offsets":[0,1]},
        "g":{"dtype":"F32","extra":{"x":[[1]]},"data_offsets":[0,99999999999999999999]},
        "h":[],
        "i":{"dtype":"F32","dtype":"F16","shape":[1.0,"2"],"data_offsets":[0,4,8]}}\
        """;
    assertEquals(
        List.of(
            "tensor 'a' has an unknown dtype 'F31'",
            "shape of tensor 'b' holds no sizes",
            "tensor 'c', [2] of F32, takes 8 bytes, but its data_offsets [0, 4) hold 4",
            "tensor 'c' occurs twice",
            "data_offsets [4, 0] of tensor 'd' are no range of bytes",
            "the size of tensor 'e', [4611686018427387904, 2] of F32, overflows",
            "tensor 'f': 3 elements of F4 do not fill whole bytes",
            "tensor 'g' has an unknown key 'extra'",
            "data_offsets of tensor 'g' holds no sizes",
            "tensor 'g' has no shape",
            "tensor 'h' is no object",
            "tensor 'i' has dtype twice",
            "shape of tensor 'i' holds no sizes"),
        problemsOf(file(header, 4)).stream().map(p -> p.replaceFirst("^byte \\d+: ", "")).toList());
  }

  @Test
  void placesAProblemInTheFile() throws IOException {
    assertEquals(List.of("byte 9: tensor 'a' is no object"), problemsOf(file("{\"a\":1}", 0)));
  }

  @Test
  void refusesGapsOverlapsAndDataBehindTheEnd() throws IOException {
    String header =
        """
        {"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]},
        "b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]},
        "c":{"dtype":"U8","shape":[8],"data_offsets":[4,12]}}\
        """;
    assertEquals(
        List.of(
            "byte 8: 1 bytes before tensor 'a' belong to no tensor",
            "byte 8: tensor 'b' at [2, 4) overlaps the one before, which ends at 3",
            "byte 8: tensor 'c' at [4, 12) ends behind the file's 10 bytes of data"),
        problemsOf(file(header, 10)));
    assertEquals(
        List.of("byte 63: 3 bytes at the end belong to no tensor"),
        problemsOf(file("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 5)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-1                  | a header of 18446744073709551615 bytes exceeds the file of 10",
        "3                   | a header of 3 bytes exceeds the file of 10",
        "9223372036854775807 | a header of 9223372036854775807 bytes exceeds the file of 10",
        "1                   | a header of 1 bytes holds no object",
        "0                   | a header of 0 bytes holds no object"
      })
  void comparesTheLengthOfTheHeaderWithTheFile(long length, String message) throws IOException {
    byte[] bytes =
        ByteBuffer.allocate(10)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(length)
            .put((byte) '{')
            .put((byte) '}')
            .array();
    Path path = Files.write(folder.resolve("model.safetensors"), bytes);
    assertEquals(List.of("byte 0: " + message), problemsOf(path));
  }

  @Test
  void refusesTextThatIsNotUtf8() throws IOException {
    for (byte[] wrong :
        List.of(
            new byte[] {(byte) 0xff},
            new byte[] {(byte) 0xc0, (byte) 0x80}, // an overlong zero
            new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80})) { // half a surrogate pair
      byte[] header = Arrays.copyOf(new byte[] {'{', '"'}, 2 + wrong.length + 5);
      System.arraycopy(wrong, 0, header, 2, wrong.length);
      System.arraycopy("\":1}".getBytes(StandardCharsets.US_ASCII), 0, header, 2 + wrong.length, 4);
      header[header.length - 1] = ' ';
      assertEquals(List.of("byte 10: the header is not UTF-8"), problemsOf(file(header, 0)));
    }
  }

  @Test
  void refusesDeepNestingWithoutDescending() throws IOException {
    String header = "{\"a\":" + "[".repeat(1_000_000);
    List<String> problems = problemsOf(file(header, 0));
    assertEquals(2, problems.size(), problems.toString());
    assertEquals("byte 9: tensor 'a' is no object", problems.get(0));
    assertEquals(true, problems.get(1).contains("nesting depth"), problems.get(1));
  }

  @Test
  void refusesAFileCutShortAtEveryByte() throws IOException {
    Path path =
        file(
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"__metadata__\":{}}",
            2);
    byte[] whole = Files.readAllBytes(path);
    for (int length = 0; length < whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertEquals(1, problemsOf(path).size());
    }
  }

  @Test
  void refusesJsonThatIsNoHeader() throws IOException {
    assertEquals(List.of("byte 8: the header does not begin with {"), problemsOf(file("[1]", 0)));
    assertEquals(
        List.of("byte 10: something follows the header's object"), problemsOf(file("{}1", 0)));
    assertEquals(
        List.of("byte 25: __metadata__.a is no string"),
        problemsOf(file("{\"__metadata__\":{\"a\":1}}", 0)));
  }
}
