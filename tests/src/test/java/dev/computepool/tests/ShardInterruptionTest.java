package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Splitting and joining when the process is killed, the disk is full, or nobody may write.
final class ShardInterruptionTest {
  private static final int KILLS = 12;

  @TempDir Path temporary;
  private Path folder = Path.of("");
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void makeModel() throws IOException {
    folder = Files.createDirectories(temporary.resolve("work"));
    cp = Cli.cp(folder);
    Result sample = cp.run("gguf", "sample", "big.gguf", "--size", "100MiB", "--type", "q8_0");
    assertEquals(0, sample.exitCode(), sample.stderr());
  }

  private static final String[] SPLIT = {
    "shard", "split", "big.gguf", "--shard-size", "20MiB", "--sha256"
  };

  private static final String[] JOIN = {"shard", "join", "big", "-o", "joined.gguf"};

  @Test
  void aKilledSplitLeavesNothingThatLooksFinished() throws IOException {
    Path directory = folder.resolve("big");
    Kills.spread(
        KILLS,
        () -> {
          remove(directory);
          return cp.start(SPLIT);
        },
        share -> {
          // Either nothing has that name yet, or it is there whole.
          if (Files.exists(directory)) {
            assertEquals(0, cp.run("shard", "verify", "big").exitCode(), "killed at " + share);
          }
        });
    remove(directory);
    Result again = cp.run(SPLIT);
    assertEquals(0, again.exitCode(), again.stderr());
    assertEquals(0, cp.run("shard", "verify", "big", "--deep").exitCode());
    assertEquals(List.of("big", "big.gguf"), names());
  }

  @Test
  void aKilledReplacementKeepsTheOldShardsOrHasTheNew() throws IOException {
    assertEquals(0, cp.run(SPLIT).exitCode());
    Cli force = cp.withArguments(SPLIT);
    Kills.spread(
        KILLS,
        () -> force.start("--force"),
        share -> {
          Result verify = cp.run("shard", "verify", "big");
          assertEquals(0, verify.exitCode(), "killed at " + share + ": " + verify.stderr());
        });
    assertEquals(0, force.run("--force").exitCode());
    assertEquals(List.of("big", "big.gguf"), names());
  }

  @Test
  void aKilledJoinLeavesNoModel() throws IOException {
    assertEquals(0, cp.run(SPLIT).exitCode());
    Path joined = folder.resolve("joined.gguf");
    Kills.spread(
        KILLS,
        () -> {
          remove(joined);
          return cp.start(JOIN);
        },
        share -> {
          if (Files.exists(joined)) {
            assertEquals(-1, mismatch(joined), "killed at " + share);
          }
        });
    remove(joined);
    Result again = cp.run(JOIN);
    assertEquals(0, again.exitCode(), again.stderr());
    assertEquals(-1, mismatch(joined));
    assertEquals(List.of("big", "big.gguf", "joined.gguf"), names());
  }

  @Test
  void aFullDiskIsToldBeforeAndLeavesNothing() throws IOException {
    Path small = Files.createDirectory(folder.resolve("small"));
    try (Mounts _ = Mounts.small(small, 40 << 20)) {
      Result split = cp.run("shard", "split", "big.gguf", "-o", "small");
      assertEquals(7, split.exitCode(), split.stderr());
      assertTrue(split.stderr().startsWith("error: not enough disk space"), split.stderr());
      assertEquals(List.of(), list(small));
      assertEquals(0, cp.run(SPLIT).exitCode());
      Result join = cp.run("shard", "join", "big", "-o", "small/joined.gguf");
      assertEquals(7, join.exitCode(), join.stderr());
      assertEquals(List.of(), list(small));
    }
  }

  /// Space that another process takes after we have looked.
  @Test
  void aDiskThatFillsMeanwhileLeavesNothing() throws IOException {
    Path small = Files.createDirectory(folder.resolve("small"));
    try (Mounts _ = Mounts.small(small, 104L << 20)) {
      Result result =
          Moments.meet(
              () -> {
                list(small).forEach(name -> remove(small.resolve(name)));
                return cp.start("shard", "split", "big.gguf", "-o", "small");
              },
              () -> !list(small).isEmpty(),
              _ -> Cli.shell(folder).run("head -c 90M /dev/zero >small/hog 2>/dev/null"),
              end -> end.exitCode() == 0);
      assertEquals(7, result.exitCode(), result.stderr());
      assertFalse(result.stderr().contains("\tat "), result.stderr());
      assertEquals(List.of("hog"), list(small));
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Path fixed = Files.createDirectory(folder.resolve("fixed"));
    assertEquals(0, cp.run(SPLIT).exitCode());
    try (Mounts _ = Mounts.readOnly(fixed)) {
      for (String[] call :
          new String[][] {
            {"shard", "split", "big.gguf", "-o", "fixed"},
            {"shard", "join", "big", "-o", "fixed/joined.gguf"},
            {"gguf", "sample", "fixed/tiny.gguf"},
          }) {
        Result result = cp.run(call);
        assertEquals(1, result.exitCode(), result.stderr());
        assertTrue(result.stderr().contains("fixed"), result.stderr());
        assertTrue(result.stderr().contains("ead-only"), result.stderr());
      }
    }
  }

  @Test
  void anInterruptStopsAndTheSameCommandStartsAgain() throws IOException {
    Path directory = folder.resolve("big");
    Result result =
        Moments.meet(
            () -> {
              remove(directory);
              return cp.start(SPLIT);
            },
            () -> names().size() > 1,
            running -> running.signal("INT"),
            _ -> Files.exists(directory));
    assertEquals(130, result.exitCode(), result.stderr());
    assertTrue(result.stderr().contains("error: interrupted"), result.stderr());
    assertEquals(List.of("big.gguf"), names());
    assertEquals(0, cp.run(SPLIT).exitCode());
  }

  @Test
  void twoAtOnceDoNotMix() throws IOException {
    Path directory = folder.resolve("big");
    // What is there once it holds the lock.
    Path building = folder.resolve(".big.partial/building");
    AtomicReference<@Nullable Result> second = new AtomicReference<>();
    Result first =
        Moments.meet(
            () -> {
              remove(directory);
              second.set(null);
              return cp.start(SPLIT);
            },
            () -> Files.exists(building),
            running -> {
              running.signal("STOP");
              Result refusal = cp.run(SPLIT);
              if (Files.exists(building)) {
                second.set(refusal); // the first was at work all the time
              }
              running.signal("CONT");
            },
            _ -> second.get() == null);
    Result rival = second.get();
    assertNotNull(rival, "the first was over before the second began");
    assertEquals(1, rival.exitCode(), rival.stderr());
    assertTrue(rival.stderr().contains("another process"), rival.stderr());
    assertEquals(0, first.exitCode(), first.stderr());
    assertEquals(0, cp.run("shard", "verify", "big").exitCode());
  }

  @Test
  void aClosedPipeIsNoFailure() {
    Result result =
        Cli.shell(folder)
            .run("{ cp gguf tensors big.gguf; echo $? >status; } | head -1; cat status");
    assertEquals(0, result.exitCode());
    assertEquals("0", result.stdout().lines().toList().getLast());
    assertEquals("", result.stderr());
  }

  private long mismatch(Path joined) {
    try {
      return Files.mismatch(folder.resolve("big.gguf"), joined);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void remove(Path file) {
    Cli.of(Path.of("rm"), folder).run("-rf", file.toString());
  }

  private List<String> names() {
    return list(folder).stream().filter(n -> !n.equals("small")).toList();
  }

  private static List<String> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
