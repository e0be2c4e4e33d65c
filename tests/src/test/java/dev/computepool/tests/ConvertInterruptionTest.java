package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Converting and merging when the process is killed, interrupted, or the disk is full.
final class ConvertInterruptionTest {
  private static final int KILLS = 8;
  private static final long MIDDLE = 160; // of the sample
  private static final long WIDE = 131_072; // makes 100 MB of weights

  private static final String[] CONVERT = {"convert", "big", "-o", "big.gguf", "--outtype", "f32"};

  @TempDir Path temporary;
  private Path folder = Path.of("");
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void makeModel() throws IOException {
    folder = Files.createDirectories(temporary.resolve("work"));
    cp = Cli.cp(folder);
    assertEquals(0, cp.run("gguf", "sample", "big", "--hugging-face").exitCode());
    Path config = folder.resolve("big/config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"intermediate_size\" : " + MIDDLE, "\"intermediate_size\" : " + WIDE));
    SafetensorsEdit.stretch(folder.resolve("big/model.safetensors"), MIDDLE, WIDE);
  }

  @Test
  void aKilledConversionLeavesNoModelOrAWholeOne() throws IOException {
    Result first = cp.run(CONVERT);
    assertEquals(0, first.exitCode(), first.stderr());
    Path expected = Files.move(folder.resolve("big.gguf"), temporary.resolve("expected.gguf"));
    Path target = folder.resolve("big.gguf");
    Kills.spread(
        KILLS,
        () -> {
          delete(target);
          return cp.start(CONVERT);
        },
        share -> {
          if (Files.exists(target)) {
            assertEquals(-1, mismatch(expected, target), "killed at " + share);
          }
        });
    delete(target);
    Result again = cp.run(CONVERT);
    assertEquals(0, again.exitCode(), again.stderr());
    assertEquals(-1, mismatch(expected, target));
    assertEquals(List.of("big", "big.gguf"), list(folder));
  }

  @Test
  void aKilledReplacementKeepsTheOldFileOrHasTheNew() throws IOException {
    Path target = Files.writeString(folder.resolve("big.gguf"), "old");
    Cli force = cp.withArguments(CONVERT);
    Kills.spread(
        KILLS,
        () -> force.start("--force"),
        share -> {
          // The first call, which is not killed, has replaced it.
          assertEquals(0, cp.run("gguf", "info", "big.gguf").exitCode(), "killed at " + share);
        });
    assertEquals(0, force.run("--force").exitCode());
    assertTrue(Files.size(target) > WIDE);
    assertEquals(List.of("big", "big.gguf"), list(folder));
  }

  @Test
  void aFullDiskIsToldBeforeAndLeavesNothing() throws IOException {
    Path small = Files.createDirectory(folder.resolve("small"));
    try (Mounts _ = Mounts.small(small, 40 << 20)) {
      Result result = cp.run("convert", "big", "-o", "small/big.gguf");
      assertEquals(7, result.exitCode(), result.stderr());
      assertTrue(result.stderr().startsWith("error: not enough disk space"), result.stderr());
      assertEquals(List.of(), list(small));
      Result merge = cp.run("train", "merge", adapter(), "--base", "big", "-o", "small/merged");
      assertEquals(7, merge.exitCode(), merge.stderr());
      assertEquals(List.of(), list(small));
    }
  }

  /// Space that another process takes after we have looked.
  @Test
  void aDiskThatFillsMeanwhileLeavesNothing() throws IOException {
    Path small = Files.createDirectory(folder.resolve("small"));
    try (Mounts _ = Mounts.small(small, 210L << 20)) {
      Result result =
          Moments.meet(
              () -> {
                delete(small.resolve("hog"));
                delete(small.resolve("big.gguf"));
                return cp.start("convert", "big", "-o", "small/big.gguf", "--outtype", "f32");
              },
              () -> !list(small).isEmpty(),
              _ -> Cli.shell(folder).run("head -c 190M /dev/zero >small/hog 2>/dev/null"),
              end -> end.exitCode() == 0);
      assertEquals(7, result.exitCode(), result.stderr());
      assertFalse(result.stderr().contains("\tat "), result.stderr());
      assertEquals(List.of("hog"), list(small));
    }
  }

  @Test
  void anInterruptStopsAndTheSameCommandStartsAgain() throws IOException {
    Path target = folder.resolve("big.gguf");
    Result result =
        Moments.meet(
            () -> {
              delete(target);
              return cp.start(CONVERT);
            },
            () -> list(folder).size() > 1,
            running -> running.signal("INT"),
            _ -> Files.exists(target));
    assertEquals(130, result.exitCode(), result.stderr());
    assertTrue(result.stderr().contains("error: interrupted"), result.stderr());
    assertEquals(List.of("big"), list(folder));
    assertEquals(0, cp.run(CONVERT).exitCode());
  }

  @Test
  void aKilledMergeLeavesNoModelOrAWholeOne() throws IOException {
    String adapter = adapter();
    Path target = folder.resolve("merged");
    String[] merge = {"train", "merge", adapter, "--base", "big", "-o", "merged"};
    Kills.spread(
        KILLS,
        () -> {
          Cli.of(Path.of("rm"), folder).run("-rf", "merged");
          return cp.start(merge);
        },
        share -> {
          if (Files.exists(target)) {
            Result result = cp.run("convert", "merged", "-o", "merged.gguf", "--dry-run");
            assertEquals(0, result.exitCode(), "killed at " + share + ": " + result.stderr());
          }
        });
    Cli.of(Path.of("rm"), folder).run("-rf", "merged");
    Result again = cp.run(merge);
    assertEquals(0, again.exitCode(), again.stderr());
    assertEquals(List.of("big", "lora", "merged"), list(folder));
  }

  /// An adapter of rank 2 for one tensor, all of it zeros.
  private String adapter() throws IOException {
    Path adapter = Files.createDirectory(folder.resolve("lora"));
    Files.writeString(
        adapter.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4}");
    SafetensorsEdit.write(
        adapter.resolve("adapter_model.safetensors"),
        """
        {"base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight":
           {"dtype": "F32", "shape": [2, 64], "data_offsets": [0, 512]},
         "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight":
           {"dtype": "F32", "shape": [64, 2], "data_offsets": [512, 1024]}}
        """,
        new byte[1024]);
    return "lora";
  }

  private static long mismatch(Path expected, Path actual) {
    try {
      return Files.mismatch(expected, actual);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
