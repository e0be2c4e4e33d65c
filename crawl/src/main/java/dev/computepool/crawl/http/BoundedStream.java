package dev.computepool.crawl.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Ends with an error where too much comes, or where it comes too late.
final class BoundedStream extends FilterInputStream {
  private final Deadline deadline;
  private final long limit;
  private long count;

  BoundedStream(InputStream in, long limit, Deadline deadline) {
    super(in);
    this.limit = limit;
    this.deadline = deadline;
  }

  @Override
  public int read() throws IOException {
    deadline.check();
    int value = in.read();
    if (value >= 0) {
      count(1);
    }
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    deadline.check();
    int n = in.read(bytes, offset, length);
    if (n > 0) {
      count(n);
    }
    return n;
  }

  @Override
  public long skip(long n) throws IOException {
    return n <= 0 || read() < 0 ? 0 : 1;
  }

  private void count(int n) throws TooLargeException {
    count += n;
    if (count > limit) {
      throw new TooLargeException(limit);
    }
  }
}
