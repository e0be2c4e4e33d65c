package dev.computepool.train.torch;

import dev.computepool.base.CodeLocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// The native libraries, which lie as plain files in `torch/` beside the jar of this class, in
/// a folder named after the platform.
///
/// DJL by itself would unpack 448 MB into the user's home or download them.
public final class TorchFiles {
  /// The system property that names another folder with folders of platforms.
  public static final String FOLDER_PROPERTY = "computepool.torch";

  private static final List<String> LIBRARIES = List.of("c10", "torch_cpu", "torch", "djl_torch");

  private TorchFiles() {}

  /// The folder they are in, or would be.
  public static Path folder() {
    String other = System.getProperty(FOLDER_PROPERTY);
    Path folder =
        other == null ? CodeLocation.of(TorchFiles.class).resolveSibling("torch") : Path.of(other);
    return folder.resolve(platform()).toAbsolutePath();
  }

  /// The folder they are in.
  ///
  /// @throws TorchMissingException if one of them is not there
  static Path require() throws TorchMissingException {
    Path folder = folder();
    for (String library : LIBRARIES) {
      Path file = folder.resolve(System.mapLibraryName(library));
      if (!Files.isRegularFile(file)) {
        throw new TorchMissingException(file);
      }
    }
    return folder;
  }

  /// The same, for a device.
  ///
  /// @throws TorchMissingException if one of them is not there
  /// @throws TorchException if they do not compute on this device
  public static Path require(Torch.Target device) throws TorchException {
    Path folder = require();
    if (!computesOn(device)) {
      throw new TorchException(
          "the PyTorch library in %s has no part for %s".formatted(folder, device.label()));
    }
    return folder;
  }

  /// Whether they compute on a device, if there is one.
  public static boolean computesOn(Torch.Target device) {
    return switch (device) {
      case CPU -> true;
      case CUDA -> Files.isRegularFile(folder().resolve(System.mapLibraryName("torch_cuda")));
    };
  }

  /// Whether they are all there.
  public static boolean arePresent() {
    Path folder = folder();
    return LIBRARIES.stream()
        .allMatch(name -> Files.isRegularFile(folder.resolve(System.mapLibraryName(name))));
  }

  private static String platform() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "");
    String system = os.startsWith("mac") ? "osx" : os.startsWith("windows") ? "win" : os;
    return system + "-" + (arch.equals("amd64") ? "x86_64" : arch);
  }
}
