import dev.computepool.base.Cancellation;
import dev.computepool.train.lora.LoraOptions;
import dev.computepool.train.lora.LoraTargets;
import dev.computepool.train.model.Batch;
import dev.computepool.train.step.AdamWOptions;
import dev.computepool.train.step.LoraTrainer;
import dev.computepool.train.step.StepResult;
import dev.computepool.train.step.TrainerOptions;
import dev.computepool.train.torch.Torch;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Steps of LoRA on one model, for `bench/train-speed.sh`; `bench/train-speed.py` does the same in Python.
///
/// `java -cp LIBRARIES TrainSpeed.java MODEL ROWS LENGTH STEPS THREADS CHECKPOINTING BEGIN`: the median
/// milliseconds of a step and of CPU time in it, the peak of resident MB, milliseconds from BEGIN (of the epoch) to the end of
/// the second step, and the last loss.
public final class TrainSpeed {
  public static void main(String[] args) throws Exception {
    int rows = Integer.parseInt(args[1]);
    int length = Integer.parseInt(args[2]);
    int steps = Integer.parseInt(args[3]);
    LoraOptions lora = new LoraOptions(16, 32, 0, false, new LoraTargets.AllLinear());
    TrainerOptions options =
        new TrainerOptions(
            Path.of(args[0]),
            lora,
            AdamWOptions.DEFAULTS,
            Boolean.parseBoolean(args[5]),
            Integer.parseInt(args[4]),
            1,
            Torch.Target.CPU);
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long[] times = new long[steps];
    long[] cpu = new long[steps];
    long second = 0;
    double loss = 0;
    try (LoraTrainer trainer = LoraTrainer.open(options)) {
      Batch batch = batch(rows, length);
      for (int step = 0; step < steps; step++) {
        long start = System.nanoTime();
        long used = system.getProcessCpuTime();
        StepResult result = trainer.step(List.of(batch), 1e-3, step, new Cancellation());
        times[step] = System.nanoTime() - start;
        cpu[step] = system.getProcessCpuTime() - used;
        loss = result.loss();
        if (step == 1) {
          second = System.currentTimeMillis() - Long.parseLong(args[6]);
        }
      }
    }
    String peak =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .findFirst()
            .orElse("VmHWM: 0 kB")
            .replaceAll("\\D", "");
    System.out.printf(
        "%.1f %.1f %d %d %.5f%n",
        median(times), median(cpu), Long.parseLong(peak) >> 10, second, loss);
  }

  /// Milliseconds, the first two steps left out.
  private static double median(long[] nanos) {
    long[] warm = Arrays.copyOfRange(nanos, Math.min(2, nanos.length - 1), nanos.length);
    Arrays.sort(warm);
    return warm[warm.length / 2] / 1e6;
  }

  private static Batch batch(int rows, int length) {
    int[] ids = new int[rows * length];
    int[] positions = new int[ids.length];
    int[] segments = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i * 7919 % 15_991;
      positions[i] = i % length;
      segments[i] = 1;
    }
    return new Batch(rows, length, ids, ids, positions, segments);
  }
}
