package dev.computepool.gguf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// What a file is that was taken for GGUF.
final class Misnomer {
  private Misnomer() {}

  /// @param start the first bytes of the file, at least four
  static String describe(ByteBuffer start, boolean swapped) {
    if (swapped) {
      return "the magic is FUGG, which is GGUF with its bytes swapped";
    }
    byte[] first = new byte[Math.min(start.limit(), 64)];
    start.get(0, first);
    String text = new String(first, StandardCharsets.ISO_8859_1);
    if (text.startsWith("version https://git-lfs")) {
      return "this is a Git LFS pointer, not the model it points to";
    }
    // The formats before GGUF stored their names as little-endian numbers.
    if (text.startsWith("lmgg") || text.startsWith("fmgg") || text.startsWith("tjgg")) {
      return "this is a model of the GGML format from before GGUF; convert the original again";
    }
    if (text.startsWith("PK\u0003\u0004")) {
      return "this is a zip archive, as PyTorch writes checkpoints, not GGUF";
    }
    if (text.startsWith("<")) {
      return "this is a web page, not GGUF; the download was answered by an error page";
    }
    StringBuilder magic = new StringBuilder("the magic is ");
    for (int i = 0; i < Integer.BYTES; i++) {
      magic.append(i == 0 ? "" : " ").append(hex(first[i]));
    }
    return magic.append(", expected 47 47 55 46 (GGUF)").toString();
  }

  private static String hex(byte value) {
    return Integer.toHexString((value & 0xff) | 0x100).substring(1);
  }
}
