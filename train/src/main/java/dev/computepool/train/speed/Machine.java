package dev.computepool.train.speed;

import dev.computepool.train.preflight.Surroundings;
import dev.computepool.train.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What a measurement was made on, and with.
///
/// @param processor its name, or its kind where the system does not tell
/// @param processors that this process may use
/// @param memoryBytes of the machine, or of the container around this process
/// @param device what computes: `cpu` or `cuda`
/// @param system its name and release
/// @param java the release of the virtual machine
/// @param torch the release of libtorch
/// @param program the release of this program
public record Machine(
    String processor,
    int processors,
    long memoryBytes,
    String device,
    String system,
    String java,
    String torch,
    String program) {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final String NAME = "model name";

  /// The one that this process runs on.
  public static Machine here(Torch.Target device, String program) {
    return new Machine(
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        Surroundings.memoryHere(),
        device.label(),
        property("os.name") + " " + property("os.version"),
        property("java.runtime.version"),
        Torch.VERSION,
        program);
  }

  /// Whether what was measured on the other says how fast this one is.
  public boolean isAsFastAs(Machine other) {
    return processor.equals(other.processor)
        && processors == other.processors
        && device.equals(other.device)
        && torch.equals(other.torch)
        && program.equals(other.program);
  }

  private static String processorName() {
    if (Files.isReadable(PROCESSORS)) {
      try (Stream<String> lines = Files.lines(PROCESSORS)) {
        return lines
            .filter(line -> line.startsWith(NAME))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(property("os.arch"));
      } catch (IOException e) {
        return property("os.arch"); // it is a name for people, and that it is short harms nobody
      }
    }
    return property("os.arch");
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }
}
