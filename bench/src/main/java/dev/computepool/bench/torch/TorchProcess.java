package dev.computepool.bench.torch;

import dev.computepool.train.torch.TorchException;
import java.util.List;

/// The processes in which libtorch is measured.
final class TorchProcess {
  /// As the launcher starts a training run, for the same memory.
  static final List<String> JAVA_OPTIONS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC");

  private TorchProcess() {}

  /// Whether an operation is not there for a type of numbers on a device.
  static boolean isUnsupported(TorchException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("not implemented for") || message.contains("not supported");
  }
}
