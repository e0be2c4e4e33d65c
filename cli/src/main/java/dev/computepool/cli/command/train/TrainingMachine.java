package dev.computepool.cli.command.train;

import dev.computepool.base.FormatException;
import dev.computepool.cli.Context;
import dev.computepool.cli.Version;
import dev.computepool.cli.config.CacheFolder;
import dev.computepool.cli.config.ConfigKey;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.term.Environment;
import dev.computepool.train.config.Device;
import dev.computepool.train.preflight.Speed;
import dev.computepool.train.preflight.Surroundings;
import dev.computepool.train.speed.Machine;
import dev.computepool.train.speed.MeasuredSpeed;
import dev.computepool.train.speed.MeasurementFile;
import dev.computepool.train.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// This machine as training sees it.
public final class TrainingMachine {
  /// The file with measurements of steps, in the folder of measurements.
  public static final String MEASUREMENTS = "train.json";

  private TrainingMachine() {}

  static Surroundings of(Context context) throws IOException {
    return new Surroundings(
        hubCache(context.environment()),
        Surroundings.memoryHere(),
        Set.of(Device.CPU),
        Speed.NONE,
        context.config().setting(ConfigKey.PYTHON).value());
  }

  /// The same, with what was measured of it.
  static Surroundings measured(Context context, Output out) throws IOException {
    Surroundings here = of(context);
    return new Surroundings(
        here.hubCache(), here.memory(), here.devices(), speed(context, out), here.python());
  }

  private static Speed speed(Context context, Output out) throws IOException {
    Path file =
        CacheFolder.measurements(context.environment())
            .map(folder -> folder.resolve(MEASUREMENTS))
            .orElse(null);
    // Looked for here so that nothing is loaded where there is nothing to read.
    if (file == null || !Files.exists(file)) {
      return Speed.NONE;
    }
    try {
      return new MeasuredSpeed(
          MeasurementFile.read(file),
          Machine.here(Torch.Target.CPU, Version.CURRENT),
          context.threads(null));
    } catch (FormatException e) {
      out.warn("%s; once it is deleted, 'bench train' writes it anew".formatted(e.getMessage()));
      return Speed.NONE;
    }
  }

  /// Where Hugging Face keeps models, found as its own tools find it.
  public static Path hubCache(Environment environment) {
    String cache = environment.variable("HF_HUB_CACHE");
    if (cache != null) {
      return Path.of(cache);
    }
    String home = environment.variable("HF_HOME");
    if (home != null) {
      return Path.of(home, "hub");
    }
    String base = environment.variable("XDG_CACHE_HOME");
    @Nullable String user = environment.variable("HOME");
    Path folder = base != null ? Path.of(base) : Path.of(user == null ? "" : user, ".cache");
    return folder.resolve("huggingface").resolve("hub");
  }
}
