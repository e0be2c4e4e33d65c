package dev.computepool.llama;

import java.io.Serializable;
import java.util.List;

/// A loaded library, as it describes itself.
///
/// @param library the file
/// @param version of llama.cpp, such as `0.5.0-dev`; `unknown` of builds before 0.4.0
/// @param ggmlVersion of ggml, such as `0.25.1`
/// @param commit of ggml's source, as the build recorded it
/// @param layout the release whose parameter structures it has; empty if it is not known
/// @param backends such as `CPU` and `CUDA`
/// @param devices what it can compute on, at least one
/// @param features what it was compiled for and found here, such as `AVX512 = 1`
public record LlamaInfo(
    String library,
    String version,
    String ggmlVersion,
    String commit,
    String layout,
    List<Backend> backends,
    List<Device> devices,
    String features)
    implements Serializable {
  /// A part of the library that computes on one kind of device.
  ///
  /// @param file the variant that was chosen for this machine, such as `libggml-cpu-zen4.so`;
  ///     empty where it is part of the library
  public record Backend(String name, String file) implements Serializable {}

  /// Something to compute on.
  ///
  /// @param name such as `CPU` and `CUDA0`
  /// @param description such as the name of the processor
  /// @param memoryFree bytes, 0 where the backend does not tell
  /// @param memoryTotal bytes, 0 where the backend does not tell
  public record Device(
      String name, String description, Kind kind, long memoryFree, long memoryTotal)
      implements Serializable {}

  /// Kinds of devices.
  public enum Kind {
    CPU,
    GPU,
    INTEGRATED_GPU,
    ACCELERATOR,
    OTHER;

    /// @param number of `enum ggml_backend_dev_type`
    static Kind of(int number) {
      return switch (number) {
        case 0 -> CPU;
        case 1 -> GPU;
        case 2 -> INTEGRATED_GPU;
        case 3 -> ACCELERATOR;
        default -> OTHER;
      };
    }
  }

  public LlamaInfo {
    backends = List.copyOf(backends);
    devices = List.copyOf(devices);
  }

  /// Whether one of the devices is a graphics processor.
  public boolean hasGpu() {
    return devices.stream().anyMatch(d -> d.kind() == Kind.GPU || d.kind() == Kind.INTEGRATED_GPU);
  }
}
