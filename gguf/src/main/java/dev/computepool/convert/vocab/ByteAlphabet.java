package dev.computepool.convert.vocab;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The characters that stand for bytes in the tokens of GPT-2 and its heirs: printable ones for
/// themselves, the other 68 from U+0100 on, so that a blank is `Ġ`.
final class ByteAlphabet {
  private static final char[] CHARACTERS = characters();
  private static final int[] BYTES = bytes();

  private ByteAlphabet() {}

  private static char[] characters() {
    char[] characters = new char[256];
    char next = 256;
    for (int value = 0; value < 256; value++) {
      boolean ascii = value >= '!' && value <= '~';
      boolean latin = value >= 0xa1 && value != 0xad;
      characters[value] = ascii || latin ? (char) value : next++;
    }
    return characters;
  }

  private static int[] bytes() {
    int[] bytes = new int[256 + 68];
    Arrays.fill(bytes, -1);
    for (int value = 0; value < 256; value++) {
      bytes[CHARACTERS[value]] = value;
    }
    return bytes;
  }

  /// The bytes that a token stands for. With a character outside the alphabet it stands for
  /// itself.
  static byte[] bytes(String token) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(token.length());
    for (int i = 0; i < token.length(); i++) {
      char character = token.charAt(i);
      if (character >= BYTES.length || BYTES[character] < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes.write(BYTES[character]);
    }
    return bytes.toByteArray();
  }

  /// The characters that stand for bytes.
  static String text(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte value : bytes) {
      text.append(CHARACTERS[value & 0xff]);
    }
    return text.toString();
  }
}
