package dev.computepool.train.preflight;

import dev.computepool.train.config.Device;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Set;

/// The machine that is to train, as far as it matters.
///
/// @param hubCache the folder of Hugging Face's cache that has `models--ORG--NAME`
/// @param memory bytes that programs can have
/// @param devices that the embedded runtime can compute on
/// @param speed what was measured about training here
/// @param python a file, or a name on the path: the Python of runtimes that need one
public record Surroundings(
    Path hubCache, long memory, Set<Device> devices, Speed speed, String python) {
  public Surroundings {
    devices = Set.copyOf(devices);
  }

  /// Bytes of memory of this machine, or of the container around this process.
  public static long memoryHere() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }
}
