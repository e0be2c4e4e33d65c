package dev.computepool.cli.command.train;

import dev.computepool.cli.Context;
import dev.computepool.cli.config.ConfigKey;
import dev.computepool.cli.term.Environment;
import dev.computepool.train.config.Device;
import dev.computepool.train.preflight.Speed;
import dev.computepool.train.preflight.Surroundings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// This machine as training sees it.
final class TrainingMachine {
  private TrainingMachine() {}

  static Surroundings of(Context context) throws IOException {
    return new Surroundings(
        hubCache(context.environment()),
        Surroundings.memoryHere(),
        Set.of(Device.CPU),
        Speed.NONE,
        context.config().setting(ConfigKey.PYTHON).value());
  }

  /// Where Hugging Face keeps models, found as its own tools find it.
  private static Path hubCache(Environment environment) {
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
