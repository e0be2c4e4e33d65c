package dev.computepool.crawl.http;

import dev.computepool.base.ByteSize;
import java.io.IOException;

/// An answer has more bytes than are wanted; the rest was not read.
public final class TooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  TooLargeException(long limit) {
    super("larger than " + ByteSize.format(limit));
  }

  TooLargeException(long size, long limit) {
    super("has %s, the limit is %s".formatted(ByteSize.format(size), ByteSize.format(limit)));
  }
}
