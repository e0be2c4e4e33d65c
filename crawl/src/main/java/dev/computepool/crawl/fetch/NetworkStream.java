package dev.computepool.crawl.fetch;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Remembers whether it was the reading that failed; and may end before what it reads from does.
final class NetworkStream extends FilterInputStream {
  private long left;
  private boolean failed;

  /// @param limit bytes after which it ends, -1 for none
  NetworkStream(InputStream in, long limit) {
    super(in);
    this.left = limit < 0 ? Long.MAX_VALUE : limit;
  }

  boolean hasFailed() {
    return failed;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    try {
      int n = in.read(bytes, offset, (int) Math.min(length, left));
      left -= Math.max(n, 0);
      return n;
    } catch (IOException e) {
      failed = true;
      throw e;
    }
  }
}
