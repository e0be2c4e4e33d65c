package dev.computepool.crawl.source;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Pages one after the other, in an order that is the same each time.
public interface PageSource extends Closeable {
  /// The next one, or null after the last.
  @Nullable Found next() throws IOException;

  @Override
  default void close() throws IOException {}
}
