package dev.computepool.train.run;

import java.nio.file.Files;
import java.nio.file.Path;

/// Where the files of a run are in its folder; `docs/formats.md` says what is in them.
public record RunFiles(Path folder) {
  /// The folder with the result.
  public static final String FINAL = "checkpoint-final";

  private static final String CHECKPOINT = "checkpoint-";

  public Path state() {
    return folder.resolve("run.json");
  }

  public Path config() {
    return folder.resolve("config.yml");
  }

  /// The same under the name that Infernet's tools look for.
  public Path infernetConfig() {
    return folder.resolve("infernet.train.yml");
  }

  public Path readme() {
    return folder.resolve("README.md");
  }

  public Path metrics() {
    return folder.resolve("metrics.jsonl");
  }

  public Path events() {
    return folder.resolve("events.jsonl");
  }

  /// What people read: the remarks of the run, or what a runtime's program printed.
  public Path log() {
    return folder.resolve("run.log");
  }

  /// Is there while the run is to stop.
  public Path stopRequest() {
    return folder.resolve("stop");
  }

  public Path lock() {
    return folder.resolve(".lock");
  }

  /// Encoded examples; can be made again.
  public Path tokens(String part) {
    return folder.resolve("tokens").resolve(part + ".tokens");
  }

  public Path checkpoint(long step) {
    return folder.resolve(CHECKPOINT + step);
  }

  public Path finalCheckpoint() {
    return folder.resolve(FINAL);
  }

  /// Whether this is the folder of a run at all.
  public boolean exists() {
    return Files.isRegularFile(state());
  }
}
