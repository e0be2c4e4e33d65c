package dev.computepool.cli.command.bench;

import dev.computepool.base.ByteSize;
import dev.computepool.train.speed.Machine;

/// A machine in one line.
final class MachineView {
  private MachineView() {}

  /// What computes, for people.
  static String device(Machine machine) {
    return machine.device().equals("cpu") ? "CPU (no GPU)" : "GPU (" + machine.device() + ")";
  }

  static String line(Machine machine, int threads) {
    return "%s; %s, %d processors, %s; %d thread%s; libtorch %s, computepool %s"
        .formatted(
            device(machine),
            machine.processor(),
            machine.processors(),
            ByteSize.format(machine.memoryBytes()),
            threads,
            threads == 1 ? "" : "s",
            machine.torch(),
            machine.program());
  }
}
