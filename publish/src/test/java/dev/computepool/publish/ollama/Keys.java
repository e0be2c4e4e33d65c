package dev.computepool.publish.ollama;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;

/// A key of which everything is known.
public final class Keys {
  private static final byte[] PUBLIC =
      HexFormat.of().parseHex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");

  private Keys() {}

  /// Writes the key file whose private bytes are 00 01 … 1f.
  public static Path vector(Path folder) throws IOException {
    byte[] both = new byte[64];
    for (int i = 0; i < 32; i++) {
      both[i] = (byte) i;
      both[32 + i] = PUBLIC[i];
    }
    byte[] type = "ssh-ed25519".getBytes(StandardCharsets.US_ASCII);
    byte[] section =
        join(number(7), number(7), field(type), field(PUBLIC), field(both), field(new byte[0]));
    byte[] padded = new byte[(section.length + 7) / 8 * 8];
    System.arraycopy(section, 0, padded, 0, section.length);
    for (int i = section.length; i < padded.length; i++) {
      padded[i] = (byte) (i - section.length + 1);
    }
    byte[] none = "none".getBytes(StandardCharsets.US_ASCII);
    byte[] file =
        join(
            "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII),
            field(none),
            field(none),
            field(new byte[0]),
            number(1),
            field(join(field(type), field(PUBLIC))),
            field(padded));
    return Files.writeString(
        folder.resolve("id_vector"),
        "-----BEGIN OPENSSH PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(file)
            + "\n-----END OPENSSH PRIVATE KEY-----\n");
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  private static byte[] field(byte[] bytes) {
    return join(number(bytes.length), bytes);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
