package dev.computepool.sharding.store;

import dev.computepool.hash.Blake3;
import dev.computepool.hash.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.Locale;

/// The hash that a manifest carries of itself: BLAKE3 of its fields, one behind the other.
///
/// It finds accidents. It is no signature, and without lengths between the fields two manifests
/// could be made that share it.
///
/// @see <a href="https://github.com/enapt/SwarmLLM">SwarmLLM, src/model/manifest.rs</a>
public final class ManifestHash {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT);
  private static final int NANOS_PER_MILLI = 1_000_000;
  private static final int NANOS_PER_MICRO = 1_000;

  private ManifestHash() {}

  /// The hash that belongs into the manifest.
  public static Digest of(Manifest manifest) {
    return Blake3.hash(preimage(manifest));
  }

  /// The bytes that are hashed: texts as UTF-8, integers little-endian, no lengths between them.
  static byte[] preimage(Manifest manifest) {
    Preimage bytes = new Preimage();
    bytes.text(manifest.id());
    bytes.text(manifest.name());
    bytes.digest(manifest.publisher());
    bytes.text(manifest.license());
    bytes.text(manifest.architecture().debugText());
    bytes.text(manifest.quantization());
    bytes.uint32(manifest.layers());
    bytes.uint32(Float.floatToRawIntBits(manifest.paramsBillions()));
    bytes.uint64(manifest.totalSizeBytes());
    bytes.text(rfc3339(manifest.publishDate(), "+00:00"));
    bytes.uint32(manifest.shards().size());
    for (Manifest.Shard shard : manifest.shards()) {
      bytes.uint32(shard.index());
      bytes.uint32(shard.layers().start());
      bytes.uint32(shard.layers().end());
      bytes.uint64(shard.sizeBytes());
      bytes.digest(shard.hash());
      for (Manifest.Tensor tensor : shard.tensors()) {
        bytes.text(tensor.name());
        bytes.uint64(tensor.ggufOffset());
        bytes.uint64(tensor.shardOffset());
        bytes.uint64(tensor.size());
      }
    }
    bytes.digest(manifest.tokenizerHash());
    return bytes.toByteArray();
  }

  /// A date as Rust's chrono writes it: no fraction, or 3, 6 or 9 digits, whatever says it all.
  static String rfc3339(Instant date, String zone) {
    LocalDateTime time = LocalDateTime.ofInstant(date, ZoneOffset.UTC);
    int nanos = date.get(ChronoField.NANO_OF_SECOND);
    String fraction;
    if (nanos == 0) {
      fraction = "";
    } else if (nanos % NANOS_PER_MILLI == 0) {
      fraction = String.format(Locale.ROOT, ".%03d", nanos / NANOS_PER_MILLI);
    } else if (nanos % NANOS_PER_MICRO == 0) {
      fraction = String.format(Locale.ROOT, ".%06d", nanos / NANOS_PER_MICRO);
    } else {
      fraction = String.format(Locale.ROOT, ".%09d", nanos);
    }
    return SECONDS.format(time) + fraction + zone;
  }

  private static final class Preimage extends ByteArrayOutputStream {
    private final ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);

    void text(String text) {
      writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    void digest(Digest digest) {
      writeBytes(digest.bytes());
    }

    void uint32(long value) {
      write(number.putInt(0, (int) value).array(), 0, Integer.BYTES);
    }

    void uint64(long value) {
      write(number.putLong(0, value).array(), 0, Long.BYTES);
    }
  }
}
