package dev.computepool.base;

import java.io.IOException;
import java.nio.file.Path;

/// There is not enough room for what is to be written; nothing was written.
public final class DiskFullException extends IOException {
  private static final long serialVersionUID = 1L;

  private final long needed;
  private final long available;

  /// @param needed bytes that the work writes; 0 if nobody knows
  /// @param available bytes that the file system has left
  public DiskFullException(Path where, long needed, long available) {
    super(
        "%s has %s free%s"
            .formatted(
                where,
                ByteSize.format(available),
                needed > 0 ? ", %s needed".formatted(ByteSize.format(needed)) : ""));
    this.needed = needed;
    this.available = available;
  }

  public long needed() {
    return needed;
  }

  public long available() {
    return available;
  }
}
