package dev.computepool.publish.ollama;

import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/// Bytes that are known by their SHA-256.
public record Blob(Digest digest, long size, Content content) {
  /// Where the bytes are.
  public sealed interface Content {
    /// Few, made by us.
    final class Bytes implements Content {
      private final byte[] bytes;

      Bytes(byte[] bytes) {
        this.bytes = bytes.clone();
      }

      public byte[] bytes() {
        return bytes.clone();
      }
    }

    /// A whole file.
    ///
    /// @param modified when the file was last written before it was hashed
    record InFile(Path file, FileTime modified) implements Content {}
  }

  /// Bytes made by us.
  public static Blob of(byte[] bytes) {
    Digest digest = Sha256.hasher().update(ByteBuffer.wrap(bytes)).digest();
    return new Blob(digest, bytes.length, new Content.Bytes(bytes));
  }

  /// A file, hashed unless its digest is known.
  ///
  /// @param known its SHA-256, from whoever wrote it just now
  public static Blob of(Path file, @Nullable Digest known, Progress progress) throws IOException {
    BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class);
    Content content = new Content.InFile(file, before.lastModifiedTime());
    if (known != null) {
      return new Blob(known, before.size(), content);
    }
    Digest digest;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        Progress.Step step =
            progress.begin("Hashing " + file.getFileName(), before.size(), Progress.Unit.BYTES)) {
      digest = Sha256.digest(file, channel, 0, before.size(), step);
    }
    Blob blob = new Blob(digest, before.size(), content);
    blob.requireUnchanged();
    return blob;
  }

  /// Checks that a file is still what was hashed, as far as its size and time tell.
  ///
  /// @throws FileChangedException if it is not
  public void requireUnchanged() throws IOException {
    if (content instanceof Content.InFile(Path file, FileTime modified)) {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      if (now.size() != size || !now.lastModifiedTime().equals(modified)) {
        throw new FileChangedException(file);
      }
    }
  }

  /// As manifests write it: `sha256:` and 64 hexadecimal digits.
  public String digestText() {
    return "sha256:" + digest.hex();
  }
}
