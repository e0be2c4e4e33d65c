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
///     null if it was not asked for
record FileHashes(Digest sha256, @Nullable String gitOid) {
  private static final int PIECE = 128 << 10;

  /// Hashes in the making.
  static final class Hasher {
    private final Sha256 sha256 = Sha256.hasher();
    private final @Nullable MessageDigest sha1;

    /// @param size what will come
    /// @param inGit whether what git calls it is wanted
    Hasher(long size, boolean inGit) {
      sha1 = inGit ? sha1() : null;
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

  /// Of a file.
  ///
  /// @param size what it has
  /// @param inGit whether what git calls it is wanted
  /// @throws EOFException if it has another size by now
  static FileHashes of(Path file, long size, boolean inGit, Progress.Step step) throws IOException {
    Hasher hasher = new Hasher(size, inGit);
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
