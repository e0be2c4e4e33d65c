package dev.computepool.train.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// libtorch, started for one device. It stays loaded as long as the process lives.
public final class Torch {
  /// The release of libtorch that the engine is told of.
  public static final String VERSION = "2.7.1";

  private static final String ENGINE = "PyTorch";

  private static @Nullable Engine engine;

  // A tensor of DJL's cannot be written in part, and setting it whole makes it a view of the
  // buffer.
  private static final String COPIES =
      """
        def write(self, source: Tensor, target: Tensor, at: Tensor) -> Tensor:
          a = int(at)
          run = torch.slice(target.view([-1]), 0, a, a + torch.size(source, 0), 1)
          return torch.copy_(run, source)
        def read(self, at: Tensor, source: Tensor) -> Tensor:
          a = int(at[0])
          return torch.clone(torch.slice(source.view([-1]), 0, a, a + int(at[1]), 1))
      """;

  private final Engine started;
  private final Device device;
  private final Script copies;

  private Torch(Engine started, Device device) throws TorchException {
    this.started = started;
    this.device = device;
    this.copies = Script.load((PtNDManager) started.newBaseManager(device), COPIES);
  }

  /// Where tensors live and are computed.
  public enum Target {
    CPU,
    CUDA;

    /// Its name in configurations and reports.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Starts libtorch, or takes the one that runs.
  ///
  /// @param threads that share the work of one operation, for the whole process
  /// @throws TorchMissingException if it is not installed
  /// @throws TorchException if it cannot be loaded, or has no such target
  public static synchronized Torch start(Target target, int threads) throws TorchException {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads);
    }
    try {
      Engine running = engine == null ? load() : engine;
      engine = running;
      JniUtils.setNumThreads(threads);
      if (target == Target.CUDA && !JniUtils.getFeatures().contains("CUDA")) {
        throw new TorchException("this PyTorch library computes on the CPU only");
      }
      return new Torch(running, target == Target.CUDA ? Device.gpu() : Device.cpu());
    } catch (EngineException | UnsatisfiedLinkError e) {
      throw new TorchException("the PyTorch library does not start: " + reason(e), e);
    }
  }

  private static Engine load() throws TorchMissingException {
    Path folder = TorchFiles.require();
    // The engine reads these once, when it is first asked for.
    Map.of(
            "PYTORCH_LIBRARY_PATH", folder.toString(),
            "PYTORCH_VERSION", VERSION,
            "PYTORCH_FLAVOR", "cpu",
            "ai.djl.offline", "true",
            "ai.djl.pytorch.graph_optimizer", "false",
            "slf4j.internal.verbosity", "ERROR")
        .forEach(System::setProperty);
    // The engine counts GPUs by JNA, which would make a folder in the user's home for that.
    System.setProperty("jna.tmpdir", System.getProperty("java.io.tmpdir"));
    System.setProperty("jna.noclasspath", "true");
    return Engine.getEngine(ENGINE);
  }

  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
  }

  /// Its version, such as `2.7.1`.
  public String version() {
    return started.getVersion();
  }

  /// How many threads share the work of one operation.
  public int threads() {
    return JniUtils.getNumThreads();
  }

  /// Opens a scope for tensors on this device.
  public TensorScope open() {
    return new TensorScope((PtNDManager) started.newBaseManager(device), copies);
  }
}
