package dev.computepool.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineScanTest {
  private static List<String> found(byte[] line, boolean all) {
    List<LineProblem> problems =
        all ? LineScan.suspicious(line, 0, line.length) : LineScan.unreadable(line, 0, line.length);
    return problems.stream()
        .map(
            p ->
                p.offset()
                    + " "
                    + p.what()
                    + (p.repair() == null ? "" : " -> " + p.repair().replacement()))
        .toList();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void textIsNotSuspicious() {
    String text = "{\"a\":\"Grüße, 你好 😀 \\n \\t \\\" \\\\u0000 \\ud83d\\ude00 \\u00e9\"}\t";
    assertEquals(List.of(), found(utf8(text), true));
  }

  @Test
  void aByteOrderMarkGoes() {
    assertEquals(List.of("0 a byte order mark -> "), found(utf8("\ufeff{}"), false));
  }

  @Test
  void rawControlCharactersAreEscapedOrGo() {
    assertEquals(
        List.of(
            "2 the control character U+0009, not escaped -> \\t",
            "3 the control character U+0000, not escaped -> ",
            "4 the control character U+000D, not escaped -> \\n"),
        found(utf8("\"a\t\0\rb\"\t"), false));
  }

  @Test
  void escapedControlCharactersGo() {
    assertEquals(
        List.of(
            "1 the control character U+0000 -> ",
            "7 the control character \\b -> ",
            "9 the control character \\f -> \\n",
            "11 the control character U+0085 -> ",
            "13 the control character U+007F -> ",
            "14 the control character U+009B -> "),
        found(utf8("\"\\u0000\\b\\f\u0085\u007f\\u009b\""), true));
    assertEquals(List.of(), found(utf8("\"\\u0000\\b\\f\u0085\u007f\""), false));
  }

  @Test
  void halvesOfPairsBecomeReplacementCharacters() {
    assertEquals(
        List.of(
            "1 half a surrogate pair, U+D800 -> \\ufffd",
            "8 half a surrogate pair, U+DC00 -> \\ufffd",
            "14 half a surrogate pair, U+D83D -> \\ufffd"),
        found(utf8("\"\\ud800x\\udc00\\ud83d\\ud83d\\ude00\""), true));
  }

  @ParameterizedTest
  @CsvSource({
    "ff, 0",
    "80, 0",
    "c0 80, 0",
    "c1 bf, 0",
    "e0 80 80, 0",
    "ed a0 80, 0",
    "f0 80 80 80, 0",
    "f4 90 80 80, 0",
    "f5 80 80 80, 0",
    "61 c3, 1",
    "61 e2 82, 1",
    "61 f0 9f 98, 1",
    "c3 28, 0"
  })
  void bytesThatAreNoUtf8AreNamed(String hex, int offset) {
    byte[] line = HexFormat.ofDelimiter(" ").parseHex(hex);
    int bad = line[offset] & 0xFF;
    assertEquals(
        "%d the byte 0x%02X, which is not UTF-8 here".formatted(offset, bad),
        found(line, false).getFirst());
  }

  @Test
  void agreesWithTheDecoderOfThePlatform() {
    Random random = new Random(11);
    byte[][] pieces = {
      utf8("a"),
      utf8("é"),
      utf8("€"),
      utf8("😀"),
      {(byte) 0xC3},
      {(byte) 0xE2, (byte) 0x82},
      {(byte) 0xF0, (byte) 0x9F},
      {(byte) 0x80},
      {(byte) 0xED, (byte) 0xA0, (byte) 0x80}
    };
    int valid = 0;
    for (int round = 0; round < 20_000; round++) {
      ByteBuffer line = ByteBuffer.allocate(64);
      for (int i = random.nextInt(6); i >= 0; i--) {
        line.put(pieces[random.nextInt(random.nextBoolean() ? 4 : pieces.length)]);
      }
      byte[] bytes = new byte[line.flip().remaining()];
      line.get(bytes);
      boolean expected = decodes(bytes);
      valid += expected ? 1 : 0;
      assertEquals(expected, found(bytes, false).isEmpty(), () -> HexFormat.of().formatHex(bytes));
    }
    assertEquals(true, valid > 2000 && valid < 18_000, "both kinds were tried: " + valid);
  }

  private static boolean decodes(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
