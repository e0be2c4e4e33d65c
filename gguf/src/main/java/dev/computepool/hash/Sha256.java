package dev.computepool.hash;

import dev.computepool.base.CancelledException;
import dev.computepool.base.FileRanges;
import dev.computepool.base.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-256 of a stream. It is sequential: one thread, whatever the size.
public final class Sha256 {
  private static final int PIECE = 128 << 10;

  private final MessageDigest digest;

  private Sha256(MessageDigest digest) {
    this.digest = digest;
  }

  /// Begins a hash.
  public static Sha256 hasher() {
    try {
      return new Sha256(MessageDigest.getInstance("SHA-256"));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /// Hashes a region of a file.
  ///
  /// @param path that `file` is open on
  /// @param step is advanced by the bytes read
  /// @throws FileSystemException if the file ends before the region does
  /// @throws CancelledException if `step` says so
  public static Digest digest(
      Path path, FileChannel file, long offset, long length, Progress.Step step)
      throws IOException {
    Sha256 hasher = hasher();
    // A heap buffer: from a direct one MessageDigest copies 4 KiB at a time.
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(PIECE, length));
    for (long done = 0; done < length; ) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), length - done));
      int read = file.read(buffer, offset + done);
      if (read < 0) {
        throw FileRanges.cut(path, offset + done, offset + length);
      }
      hasher.update(buffer.flip());
      step.advance(read);
      done += read;
    }
    return hasher.digest();
  }

  /// Adds all that remains in `bytes`, which are consumed.
  public Sha256 update(ByteBuffer bytes) {
    digest.update(bytes);
    return this;
  }

  /// Adds `length` bytes.
  public Sha256 update(byte[] bytes, int from, int length) {
    digest.update(bytes, from, length);
    return this;
  }

  /// The digest of all bytes since the beginning or the last call; the next byte begins a new hash.
  public Digest digest() {
    return Digest.of(digest.digest());
  }
}
