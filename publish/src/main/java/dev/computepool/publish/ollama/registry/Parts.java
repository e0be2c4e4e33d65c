package dev.computepool.publish.ollama.registry;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.publish.http.Body;
import dev.computepool.publish.ollama.Blob;
import dev.computepool.publish.ollama.FileChangedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// A blob cut into the parts in which it is sent. It counts each byte as progress once, however
/// often it is sent.
final class Parts {
  private static final String OCTETS = "application/octet-stream";
  private static final int PIECE = 128 << 10;

  private final Blob blob;
  private final List<Part> parts;
  private final Progress.Step step;

  /// One part of a blob.
  final class Part {
    private final long first;
    private final long length;
    private long most; // bytes of it that were reported, over all tries

    private Part(long first, long length) {
      this.first = first;
      this.length = length;
    }

    /// The position of its first byte in the blob.
    long first() {
      return first;
    }

    /// The position after its last byte.
    long end() {
      return first + length;
    }

    /// As `Content-Range` of this protocol: first and last byte, without a unit.
    String range() {
      return first + "-" + (end() - 1);
    }

    /// Its bytes, to be sent once.
    Body body() {
      return switch (blob.content()) {
        case Blob.Content.Bytes bytes ->
            new Body.Bytes(OCTETS, Arrays.copyOfRange(bytes.bytes(), (int) first, (int) end()));
        case Blob.Content.InFile(Path file, FileTime _) ->
            new Body.Slice(OCTETS, file, first, length, new Sending(this));
      };
    }

    /// Its MD5, by which object stores know parts.
    byte[] md5() throws IOException {
      MessageDigest md5 = Parts.md5Hasher();
      switch (blob.content()) {
        case Blob.Content.Bytes bytes -> md5.update(bytes.bytes(), (int) first, (int) length);
        case Blob.Content.InFile(Path file, FileTime _) -> {
          ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(PIECE, length));
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (long at = first; at < end(); ) {
              buffer.clear().limit((int) Math.min(buffer.capacity(), end() - at));
              int read = channel.read(buffer, at);
              if (read < 0) {
                throw new FileChangedException(file);
              }
              md5.update(buffer.flip());
              step.advance(0); // asks whether to stop
              at += read;
            }
          }
        }
      }
      return md5.digest();
    }

    /// It is where it belongs.
    void done() throws CancelledException {
      report(length);
    }

    private void report(long sent) throws CancelledException {
      long news;
      synchronized (this) {
        news = Math.max(0, sent - most);
        most += news;
      }
      step.advance(news);
    }
  }

  /// What one try to send a part has sent.
  private static final class Sending implements Progress.Step {
    private final Part part;
    private long sent;

    Sending(Part part) {
      this.part = part;
    }

    @Override
    public void advance(long amount) throws CancelledException {
      sent += amount;
      part.report(sent);
    }

    @Override
    public void close() {}
  }

  /// @param step is advanced by what is sent
  Parts(Blob blob, long partBytes, Progress.Step step) {
    this.blob = blob;
    this.step = step;
    List<Part> list = new ArrayList<>();
    for (long first = 0; first < blob.size(); first += partBytes) {
      list.add(new Part(first, Math.min(partBytes, blob.size() - first)));
    }
    this.parts = List.copyOf(list);
  }

  /// The parts in order; none of a blob without bytes.
  List<Part> list() {
    return parts;
  }

  /// The ETag that an object store gives to what was uploaded in parts.
  ///
  /// @param md5s of the parts, in order
  static String etag(List<byte[]> md5s) {
    MessageDigest all = md5Hasher();
    md5s.forEach(all::update);
    return HexFormat.of().formatHex(all.digest()) + "-" + md5s.size();
  }

  private static MessageDigest md5Hasher() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has MD5", e);
    }
  }
}
