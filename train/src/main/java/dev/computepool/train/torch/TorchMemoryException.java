package dev.computepool.train.torch;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Memory ran out while libtorch was computing. Tensors that existed before are as they were.
public final class TorchMemoryException extends TorchException {
  private static final long serialVersionUID = 1L;

  // "DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes", "CUDA out of
  // memory.
  // Tried to allocate 2.00 GiB"
  private static final Pattern SIGNS =
      Pattern.compile("can't allocate memory|not enough memory|out of memory|bad_alloc");
  private static final Pattern BYTES = Pattern.compile("tried to allocate (\\d+) bytes");

  private final long bytes;

  private TorchMemoryException(long bytes, Throwable cause) {
    super(
        "memory ran out" + (bytes < 0 ? "" : " when another %d bytes were needed".formatted(bytes)),
        cause);
    this.bytes = bytes;
  }

  static boolean isSignOf(String message) {
    return SIGNS.matcher(message).find();
  }

  /// What libtorch's own message tells.
  public static TorchMemoryException of(String message, Throwable cause) {
    Matcher matcher = BYTES.matcher(message);
    return new TorchMemoryException(matcher.find() ? Long.parseLong(matcher.group(1)) : -1, cause);
  }

  /// What the allocation that failed was to hold, where libtorch tells.
  public OptionalLong bytes() {
    return bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
  }
}
