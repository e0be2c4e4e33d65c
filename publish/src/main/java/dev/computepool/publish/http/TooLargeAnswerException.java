package dev.computepool.publish.http;

import dev.computepool.base.ByteSize;
import java.io.IOException;

/// An answer has more bytes than it may have; the rest was not read.
public final class TooLargeAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  TooLargeAnswerException(String request, long limit) {
    super("%s: the answer is larger than %s".formatted(request, ByteSize.format(limit)));
  }
}
