package dev.computepool.sharding.store;

import dev.computepool.base.Cancellation;
import dev.computepool.base.Progress;
import dev.computepool.hash.HashEngine;
import dev.computepool.sharding.plan.PlanOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// Short forms of what the tests do again and again.
final class Directories {
  static final Instant PUBLISHED = Instant.ofEpochSecond(1767323045);
  static final HashEngine ENGINE = HashEngine.detect().withThreads(2);

  private Directories() {}

  static SplitOptions shardsOf(long bytes) {
    return SplitOptions.of(PlanOptions.DEFAULT.withShardSize(bytes), PUBLISHED);
  }

  static SplitOptions whole() {
    return SplitOptions.of(PlanOptions.DEFAULT.withWhole(true), PUBLISHED);
  }

  /// Splits a model into a folder beside it.
  static Path split(Path model, SplitOptions options) throws IOException {
    Path parent = model.resolveSibling("shards");
    return new ShardSplitter(ENGINE)
        .write(ShardSplitter.plan(model, parent, options), Progress.NONE)
        .path();
  }

  static VerifyReport verify(Path directory, VerifyOptions options) throws IOException {
    return new ShardVerifier(ENGINE).verify(directory, options, Progress.NONE);
  }

  static VerifyReport verify(Path directory) throws IOException {
    return verify(directory, VerifyOptions.ALL);
  }

  static JoinResult join(Path directory, Path target) throws IOException {
    return new ShardJoiner(ENGINE)
        .join(ShardJoiner.plan(directory, target, false, false), Progress.NONE);
  }

  static FileState stateOf(VerifyReport report, String file) {
    for (VerifyReport.Shard shard : report.shards()) {
      if (shard.file().equals(file)) {
        return shard.state();
      }
    }
    for (VerifyReport.Other other : report.files()) {
      if (other.file().equals(file)) {
        return other.state();
      }
    }
    throw new AssertionError(file + " is not in " + report);
  }

  static boolean isOk(FileState state) {
    return state instanceof FileState.Ok;
  }

  /// Names of the files in a folder, hidden ones included.
  static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /// A copy of a folder without folders in it.
  static Path copy(Path folder, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, to.resolve(file.getFileName()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    return to;
  }

  static void flip(Path file, int at, int bits) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= (byte) bits;
    Files.write(file, bytes);
  }

  /// What happens to files while they are read.
  interface Change {
    void make() throws IOException;
  }

  static Progress onFirstStep(Change change) {
    AtomicBoolean made = new AtomicBoolean();
    return new Progress() {
      @Override
      public Step begin(String name, long total, Unit unit) {
        return new Step() {
          @Override
          public void advance(long amount) {
            if (made.compareAndSet(false, true)) {
              try {
                change.make();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
          }

          @Override
          public void close() {}
        };
      }

      @Override
      public Cancellation cancellation() {
        return NONE.cancellation();
      }
    };
  }
}
