package dev.computepool.train.external;

import dev.computepool.base.AtomicFile;
import dev.computepool.train.config.Device;
import dev.computepool.train.config.RuntimeName;
import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.run.RunFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The program of a library of Python. It is written to the run's folder, where it can be read and
/// run again.
///
/// @param base folder of the model to start from
/// @param training tokens to train with, in the run's folder
/// @param validation tokens to measure with; null for none
/// @param python the Python that has the library
/// @param threads that compute
public record ToolProgram(
    TrainConfig config,
    Path base,
    Path training,
    @Nullable Path validation,
    String python,
    int threads) {
  private static final String FOLDER = "program";
  private static final String MAIN = "train.py";
  private static final String COMMON = "computepool_run.py";
  private static final String AXOLOTL = "axolotl.yml";
  private static final String AXOLOTL_PLUGIN = "computepool_axolotl.py";

  /// What a step of a large model and the checkpoint after it may take.
  private static final Duration GRACE = Duration.ofMinutes(10);

  /// Writes the program.
  ///
  /// @param resume checkpoint to go on from, if there is one
  public Program write(RunFiles files, Optional<Path> resume) throws IOException {
    Path folder = files.folder().toAbsolutePath().normalize().resolve(FOLDER);
    Files.createDirectories(folder);
    AtomicFile.writeString(folder.resolve(COMMON), resource(COMMON));
    AtomicFile.writeString(folder.resolve(MAIN), resource(main(config.runtime())));
    Path run = Objects.requireNonNull(folder.getParent());
    AtomicFile.writeString(
        folder.resolve("settings.json"),
        new ToolSettings(
                config,
                base,
                inRun(run, training),
                validation == null ? null : inRun(run, validation),
                threads)
            .text());
    if (config.runtime() == RuntimeName.AXOLOTL) {
      AtomicFile.writeString(
          folder.resolve(AXOLOTL), new AxolotlFile(config, base, run, training, validation).text());
      AtomicFile.writeString(folder.resolve(AXOLOTL_PLUGIN), resource(AXOLOTL_PLUGIN));
    }
    List<String> argv = new ArrayList<>(launcher());
    argv.add(folder.resolve(MAIN).toString());
    resume.ifPresent(
        checkpoint ->
            argv.addAll(List.of("--resume", run.resolve(checkpoint.getFileName()).toString())));
    return new Program(
        "the program of runtime " + config.runtime().label(),
        argv,
        run,
        environment(),
        Program.Asking.BY_FILE,
        GRACE);
  }

  private static String inRun(Path run, Path file) {
    return run.relativize(file.toAbsolutePath().normalize()).toString();
  }

  /// Several processes are started by torchrun, which comes with PyTorch.
  private List<String> launcher() {
    int processes = config.training().processes();
    if (processes == 1) {
      return List.of(python);
    }
    return List.of(
        python, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=" + processes);
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("PYTHONUNBUFFERED", "1");
    environment.put("PYTHONIOENCODING", "utf-8");
    environment.put("TOKENIZERS_PARALLELISM", "false");
    environment.put("TQDM_DISABLE", "1");
    environment.put("OMP_NUM_THREADS", Integer.toString(threads));
    if (config.training().device() == Device.CPU) {
      environment.put("CUDA_VISIBLE_DEVICES", "");
    }
    return environment;
  }

  private static String main(RuntimeName runtime) {
    return switch (runtime) {
      case TRANSFORMERS -> "train_transformers.py";
      case TRL -> "train_trl.py";
      case UNSLOTH -> "train_unsloth.py";
      case AXOLOTL -> "train_axolotl.py";
      case DJL, COMMAND ->
          throw new IllegalArgumentException("runtime " + runtime.label() + " is no library");
    };
  }

  private static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(ToolProgram.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
