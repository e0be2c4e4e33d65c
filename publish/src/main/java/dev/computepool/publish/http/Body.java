package dev.computepool.publish.http;

import dev.computepool.base.Progress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a request carries. Its length is always known and sent, for stores refuse what comes in
/// chunks, and it can be sent again.
public sealed interface Body {
  /// Nothing; a request that usually has a body then says that its length is 0.
  record Empty() implements Body {}

  /// Bytes in memory.
  final class Bytes implements Body {
    private final @Nullable String contentType;
    private final byte[] content;

    public Bytes(@Nullable String contentType, byte[] content) {
      this.contentType = contentType;
      this.content = content.clone();
    }

    @Nullable String contentType() {
      return contentType;
    }

    byte[] content() {
      return content;
    }

    @Override
    public String toString() {
      return "%d bytes".formatted(content.length);
    }
  }

  /// A part of a file, read while it is sent.
  ///
  /// @param offset of its first byte
  /// @param length in bytes
  /// @param step is advanced by what is sent, once for each byte however often it is sent
  record Slice(
      @Nullable String contentType, Path file, long offset, long length, Progress.Step step)
      implements Body {
    public Slice {
      if (offset < 0 || length < 0) {
        throw new IllegalArgumentException("no slice: %d bytes at %d".formatted(length, offset));
      }
    }
  }

  Body NONE = new Empty();

  /// A JSON document.
  static Body json(String document) {
    return text("application/json", document);
  }

  /// Text in UTF-8.
  static Body text(String contentType, String text) {
    return new Bytes(contentType, text.getBytes(StandardCharsets.UTF_8));
  }
}
