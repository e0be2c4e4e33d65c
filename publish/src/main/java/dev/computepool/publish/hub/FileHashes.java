package dev.computepool.publish.hub;

import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The two names that a file's content has on the Hub: its SHA-256 among large files, and what git
/// calls it among small ones. Both are found in one pass.
///
/// @param gitOid SHA-1 of `blob`, the length and the content: against mishaps, not against malice;
///     null for what is too large to be there
record FileHashes(Digest sha256, @Nullable String gitOid) {
  /// The Hub takes 10 MiB; others may take more.
  private static final long MOST_IN_GIT = 32L << 20;

  private static final int PIECE = 128 << 10;

  /// Hashes in the making.
  static final class Hasher {
    private final Sha256 sha256 = Sha256.hasher();
    private final @Nullable MessageDigest sha1;

    /// @param size what will come
    Hasher(long size) {
      sha1 = size > MOST_IN_GIT ? null : sha1();
      if (sha1 != null) {
        sha1.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
      }
    }

    void update(byte[] bytes, int from, int length) {
      sha256.update(bytes, from, length);
      if (sha1 != null) {
        sha1.update(bytes, from, length);
      }
    }

    FileHashes finish() {
      return new FileHashes(
          sha256.digest(), sha1 == null ? null : HexFormat.of().formatHex(sha1.digest()));
    }
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-1", e);
    }
  }

  /// Of what is in memory.
  static FileHashes of(byte[] content) {
    Hasher hasher = new Hasher(content.length);
    hasher.update(content, 0, content.length);
    return hasher.finish();
  }

  /// Of a file.
  ///
  /// @param size what it has
  /// @throws EOFException if it has another size by now
  static FileHashes of(Path file, long size, Progress.Step step) throws IOException {
    Hasher hasher = new Hasher(size);
    byte[] piece = new byte[PIECE];
    long done = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int n; (n = in.read(piece)) >= 0; done += n) {
        hasher.update(piece, 0, n);
        step.advance(n);
      }
    }
    if (done != size) {
      throw new EOFException("%s changed while it was read".formatted(file));
    }
    return hasher.finish();
  }
}
