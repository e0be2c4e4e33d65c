package dev.computepool.chat;

/// UTF-8 as RFC 3629 defines it: the shortest form, no surrogates, nothing above U+10FFFF.
final class Utf8 {
  private Utf8() {}

  /// Bytes of the character at `at`, which is not ASCII; negative, bytes that begin none.
  static int length(byte[] bytes, int at, int to) {
    int lead = bytes[at] & 0xFF;
    int length = lead < 0xC2 || lead > 0xF4 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length == 0 || at + 1 >= to) {
      return -1;
    }
    int second = bytes[at + 1] & 0xFF;
    int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < least || second > most) {
      return -1;
    }
    for (int i = 2; i < length; i++) {
      if (at + i >= to || (bytes[at + i] & 0xC0) != 0x80) {
        return -i;
      }
    }
    return length;
  }
}
