package dev.computepool.publish.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.jspecify.annotations.Nullable;

/// A slice of a file on its way, which tells trouble with the file from trouble with the network.
final class SliceEntity extends AbstractHttpEntity {
  private static final int PIECE = 64 << 10;

  private final Body.Slice slice;
  private final Flight flight;
  private final Sent sent;
  private volatile @Nullable IOException fileFailure;

  /// What has been sent of a slice at most, over all tries.
  static final class Sent {
    private long most;

    /// How many of the bytes up to `position` are new.
    private synchronized long news(long position) {
      long news = Math.max(0, position - most);
      most = Math.max(most, position);
      return news;
    }
  }

  SliceEntity(Body.Slice slice, Flight flight, Sent sent) {
    super(
        slice.contentType() == null ? null : ContentType.parseLenient(slice.contentType()),
        null,
        false);
    this.slice = slice;
    this.flight = flight;
    this.sent = sent;
  }

  /// What went wrong on our side, if something did.
  @Nullable IOException fileFailure() {
    return fileFailure;
  }

  @Override
  public long getContentLength() {
    return slice.length();
  }

  @Override
  public boolean isRepeatable() {
    return true;
  }

  @Override
  public boolean isStreaming() {
    return false;
  }

  @Override
  public java.io.InputStream getContent() {
    throw new UnsupportedOperationException("it is only written");
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    byte[] piece = new byte[(int) Math.min(PIECE, Math.max(1, slice.length()))];
    FileChannel file;
    try {
      file = FileChannel.open(slice.file());
    } catch (IOException e) {
      fileFailure = e;
      throw e;
    }
    try (file) {
      for (long done = 0; done < slice.length(); ) {
        flight.leave();
        int read = read(file, piece, done);
        flight.enter();
        out.write(piece, 0, read);
        done += read;
        long news = sent.news(done);
        if (news > 0) {
          slice.step().advance(news);
        }
      }
    }
  }

  private int read(FileChannel file, byte[] piece, long done) throws IOException {
    try {
      int wanted = (int) Math.min(piece.length, slice.length() - done);
      int read = file.read(ByteBuffer.wrap(piece, 0, wanted), slice.offset() + done);
      if (read < 0) {
        throw new EOFException(
            "%s has become shorter: %d bytes of it were to be sent from %d on"
                .formatted(slice.file(), slice.length(), slice.offset()));
      }
      return read;
    } catch (IOException e) {
      fileFailure = e;
      throw e;
    }
  }

  @Override
  public void close() {}
}
