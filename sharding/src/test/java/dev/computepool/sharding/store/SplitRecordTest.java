package dev.computepool.sharding.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.ByteRange;
import dev.computepool.base.FormatException;
import dev.computepool.base.VerificationException;
import dev.computepool.hash.Blake3;
import dev.computepool.hash.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitRecordTest {
  private static final Digest SOME = Blake3.hash(new byte[] {1});
  private static final SplitRecord RECORD =
      new SplitRecord(
          "tiny model.gguf",
          1000,
          SOME,
          512,
          16384,
          false,
          List.of(new ByteRange(500, 510), new ByteRange(990, 1000)),
          Blake3.hash(new byte[] {2}),
          List.of(new SplitRecord.Entry("gguf_header.bin", 128, SOME)));

  @TempDir Path temp;

  @Test
  void survives() throws IOException {
    Path file = Files.write(temp.resolve("computepool.json"), RECORD.write());
    assertEquals(RECORD, SplitRecord.read(file));
    assertEquals(Optional.of(RECORD.files().getFirst()), RECORD.entry("gguf_header.bin"));
    assertEquals(Optional.empty(), RECORD.entry("rope_freqs.bin"));
  }

  @Test
  void isLaidOutForPeopleToo() {
    assertEquals(
        """
        {
          "version": 1,
          "original": {
            "name": "tiny model.gguf",
            "bytes": 1000,
            "sha256": "%1$s"
          },
          "shard_size": 512,
          "tree_group": 16384,
          "linked": false,
          "extra": {
            "ranges": [
              [
                500,
                510
              ],
              [
                990,
                1000
              ]
            ],
            "blake3": "%2$s"
          },
          "files": [
            {
              "name": "gguf_header.bin",
              "bytes": 128,
              "blake3": "%1$s"
            }
          ],
          "blake3": "%3$s"
        }
        """
            .formatted(
                SOME.hex(),
                RECORD.extraHash().hex(),
                new String(RECORD.write(), StandardCharsets.UTF_8)
                    .replaceAll("(?s).*blake3\": \"|\"\\n}\\n", "")),
        new String(RECORD.write(), StandardCharsets.UTF_8));
  }

  @Test
  void anyChangeIsNoticed() throws IOException {
    byte[] bytes = RECORD.write();
    Path file = temp.resolve("computepool.json");
    for (int at = 0; at < bytes.length; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= (byte) (1 << at % 8);
      Files.write(file, changed);
      assertThrows(VerificationException.class, () -> SplitRecord.read(file));
    }
    Files.writeString(file, "");
    assertThrows(VerificationException.class, () -> SplitRecord.read(file));
  }

  @Test
  void laterVersionsAreNotGuessedAt() throws IOException {
    FormatException e =
        assertThrows(FormatException.class, () -> readSealed("\"version\": 1", "\"version\": 2"));
    assertEquals("is 2; this program reads 1", e.problems().getFirst().what());
  }

  @Test
  void namesLeadNowhereElse() {
    for (String name :
        List.of("../manifest.json", "/etc/passwd", "shard_000.bin", "computepool.json", "a/b")) {
      FormatException e =
          assertThrows(FormatException.class, () -> readSealed("gguf_header.bin", name));
      assertEquals(
          "'" + name + "' is no file of a shard directory", e.problems().getFirst().what());
    }
  }

  @Test
  void rangesMustAscendInTheModel() {
    for (String wrong : List.of("505", "1000", "1001", "-1")) {
      assertThrows(FormatException.class, () -> readSealed("\\b990\\b", wrong));
    }
    assertThrows(FormatException.class, () -> readSealed("16384", "16385"));
  }

  /// Reads the record with a change that whoever made it has also sealed.
  private SplitRecord readSealed(String from, String to) throws IOException {
    String text = new String(RECORD.write(), StandardCharsets.UTF_8).replaceFirst(from, to);
    String sealed = text.substring(0, text.lastIndexOf(",\n  \"blake3\""));
    String digest = Blake3.hash(sealed.getBytes(StandardCharsets.UTF_8)).hex();
    Path file =
        Files.writeString(
            temp.resolve("computepool.json"), sealed + ",\n  \"blake3\": \"" + digest + "\"\n}\n");
    return SplitRecord.read(file);
  }
}
