package dev.computepool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.BusyException;
import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.DiskFullException;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.VerificationException;
import dev.computepool.cli.CliRunner.Result;
import dev.computepool.train.torch.TorchMemoryException;
import dev.computepool.train.torch.TorchMissingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorReporterTest {
  @TempDir Path folder;

  private Result report(Throwable failure, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Context context =
        new Context(
            new CliRunner(folder).environment(out, err),
            new Cancellation(),
            "computepool",
            List.of(args));
    int code = ErrorReporter.report(failure, context).code();
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  static Stream<Arguments> everyFamily() {
    return Stream.of(
        failure(
            new CancelledException(),
            130,
            """
            error: interrupted; nothing half-written was left under its final name
            hint: the same command starts again
            """),
        failure(
            new UsageException("no such number", "try 7"),
            2,
            """
            error: no such number
            hint: try 7
            """),
        failure(new UsageException("no such number"), 2, "error: no such number\n"),
        failure(
            new NotFoundException("no key 'a'", "did you mean 'b'?"),
            4,
            """
            error: no key 'a'
            hint: did you mean 'b'?
            """),
        failure(
            new NotAuthorisedException("a key is needed", "set KEY"),
            5,
            """
            error: a key is needed
            hint: set KEY
            """),
        failure(
            new FormatException("m.gguf", Problem.atByte(8, "version 9")),
            2,
            "error: m.gguf at byte 8: version 9\n"),
        failure(
            new FormatException(
                "c.yml", List.of(new Problem("line 1", "x"), new Problem("line 2", "y"))),
            2,
            """
            error: c.yml at line 1: x (and 1 more problem)
            cause: line 1: x
            cause: line 2: y
            """),
        failure(
            new VerificationException("shard-0.bin", List.of("hash is 00")),
            3,
            "error: shard-0.bin: hash is 00\n"),
        failure(
            new VerificationException("d", List.of("a", "b")),
            3,
            """
            error: d: a (and 1 more)
            cause: a
            cause: b
            """),
        failure(
            new DiskFullException(Path.of("/mnt"), 2048, 1024),
            7,
            """
            error: not enough disk space: /mnt has 1.0 KiB free, 2.0 KiB needed
            hint: free some space, or write to another disk
            """),
        failure(
            new TorchMissingException(Path.of("lib/torch/libtorch.so")),
            4,
            """
            error: the PyTorch library is not installed: lib/torch/libtorch.so is missing
            hint: in a clone of ComputePool 'mvn -B -ntp -DskipTests package' brings it; the archive \
            with -with-torch in its name has it
            """),
        failure(
            TorchMemoryException.of(
                "DefaultCPUAllocator: can't allocate memory: you tried to allocate 4096 bytes",
                new IllegalStateException()),
            7,
            """
            error: memory ran out when another 4096 bytes were needed
            hint: gradient_checkpointing, or a smaller batch_size or max_seq_len, takes less
            """),
        failure(
            new BusyException(Path.of("m.gguf")),
            1,
            """
            error: m.gguf is being written by another process
            hint: wait for it to end, or write to another place
            """),
        failure(new NoSuchFileException("m.gguf"), 4, "error: no such file or folder: m.gguf\n"),
        failure(
            new FileAlreadyExistsException("m.gguf"),
            2,
            """
            error: m.gguf exists already
            hint: --force replaces it, another name keeps it
            """),
        failure(new AccessDeniedException("m.gguf"), 1, "error: no permission for m.gguf\n"),
        failure(new NotDirectoryException("m.gguf"), 2, "error: m.gguf is not a folder\n"),
        failure(new DirectoryNotEmptyException("d"), 1, "error: d is a folder that is not empty\n"),
        failure(
            new FileSystemException("d/f", null, "Is a directory"),
            1,
            "error: d/f: is a directory\n"),
        failure(new FileSystemException("d/f"), 1, "error: cannot use d/f\n"),
        failure(
            new FileSystemException("d/f", null, "No space left on device"),
            7,
            """
            error: no space left for d/f
            hint: free some space
            """),
        failure(
            new IOException("No space left on device"),
            7,
            """
            error: no space left on the device
            hint: free some space
            """),
        failure(
            new IOException("Disk quota exceeded"),
            7,
            """
            error: no space left on the device
            hint: free some space
            """),
        failure(
            new IOException("cannot read m", new IOException("Input/output error")),
            1,
            """
            error: cannot read m
            cause: Input/output error
            """),
        failure(new ClosedChannelException(), 1, "error: ClosedChannelException\n"),
        failure(
            new IOException("cannot read m: gone", new IOException("gone")),
            1,
            "error: cannot read m: gone\n"),
        failure(
            new UncheckedIOException(new NoSuchFileException("m.gguf")),
            4,
            "error: no such file or folder: m.gguf\n"),
        failure(
            new InvalidPathException("a\0b", "Nul character not allowed"),
            2,
            "error: 'a\\x00b' is no path: Nul character not allowed\n"),
        failure(
            new IllegalArgumentException("size 0 is too small"), 2, "error: size 0 is too small\n"),
        failure(
            new OutOfMemoryError("Java heap space"),
            7,
            """
            error: out of memory: Java heap space
            hint: COMPUTEPOOL_JAVA_OPTS=-Xmx4g gives the program more
            """),
        failure(
            new InternalError("a fault occurred in an unsafe memory access operation"),
            1,
            """
            error: a file was cut short while it was read, or its disk has failed
            hint: wait until nobody writes the file, then start again
            """),
        failure(
            new IllegalStateException("2 owners"),
            1,
            """
            error: internal error: java.lang.IllegalStateException: 2 owners
            hint: this is a bug of ours; -vv shows where, 'computepool --version -v' what runs
            """),
        failure(
            new NoClassDefFoundError("dev/x"),
            1,
            """
            error: internal error: java.lang.NoClassDefFoundError: dev/x
            hint: this is a bug of ours; -vv shows where, 'computepool --version -v' what runs
            """));
  }

  private static Arguments failure(Throwable failure, int code, String stderr) {
    return Arguments.of(failure, new Result(code, "", stderr));
  }

  @ParameterizedTest
  @MethodSource("everyFamily")
  void everyFamilyIsTold(Throwable failure, Result expected) {
    assertEquals(expected, report(failure));
    assertEquals(expected, report(failure, "-v"));
  }

  @Test
  void aClosedPipeIsNoFailure() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    assertEquals(new Result(0, "", ""), new CliRunner(folder).to(closed).run("--help"));
    assertEquals(new Result(0, "", ""), new CliRunner(folder).to(closed).run("config", "list"));
    assertEquals(
        new Result(0, "", ""), new CliRunner(folder).to(closed).run("config", "list", "--json"));
  }

  @Test
  void aFullDiskUnderStandardOutputIsOne() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    Result expected =
        new Result(
            7,
            "",
            """
            error: no space left on the device
            hint: free some space
            """);
    assertEquals(expected, new CliRunner(folder).to(full).run("config", "list"));
  }

  @Test
  void anotherErrorOfStandardOutputIsTold() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Input/output error");
          }
        };
    assertEquals(
        new Result(1, "", "error: cannot write to standard output: Input/output error\n"),
        new CliRunner(folder).to(broken).run("config", "list"));
  }

  @Test
  void aStackTraceNeedsTwoV() {
    IllegalStateException failure = new IllegalStateException("2 owners");
    for (String[] few : List.of(new String[] {}, new String[] {"-v"}, new String[] {"--json"})) {
      assertFalse(report(failure, few).stderr().contains("at dev.computepool"), "no trace");
    }
    for (String[] many :
        List.of(
            new String[] {"-vv"}, new String[] {"-v", "-v"}, new String[] {"--verbose", "-v"})) {
      String stderr = report(failure, many).stderr();
      assertTrue(
          stderr.startsWith("error: internal error: java.lang.IllegalStateException: 2 owners\n"),
          stderr);
      assertTrue(
          stderr.contains("\njava.lang.IllegalStateException: 2 owners\n\tat dev.computepool.cli."),
          stderr);
    }
  }

  @Test
  void commandsObeyTheSameRule() {
    CliRunner cli = new CliRunner(folder);
    assertFalse(cli.run("config", "get", "nothing", "-v").stderr().contains("\tat "));
    assertTrue(cli.run("config", "get", "nothing", "-vv").stderr().contains("\tat "));
    assertTrue(cli.run("config", "get", "nothing", "-v", "-v").stderr().contains("\tat "));
  }

  @Test
  void jsonErrorsAreOneDocumentOnStandardError() {
    CliRunner cli = new CliRunner(folder);
    Result expected =
        new Result(
            2,
            "",
            """
            {
              "error": "unknown setting: shard.sise",
              "hint": "did you mean 'shard.size'?",
              "exit_code": 2
            }
            """);
    assertEquals(expected, cli.run("config", "get", "shard.sise", "--json"));
    assertEquals(
        new Result(
            2,
            "",
            """
            {
              "error": "unknown command: computepool confg",
              "hint": "did you mean 'computepool config'?",
              "exit_code": 2
            }
            """),
        cli.run("confg", "--json"));
    assertEquals(
        new Result(
            2,
            "",
            """
            {
              "error": "c.yml at line 1: x (and 1 more problem)",
              "cause": "line 1: x\\nline 2: y",
              "exit_code": 2
            }
            """),
        report(
            new FormatException(
                "c.yml", List.of(new Problem("line 1", "x"), new Problem("line 2", "y"))),
            "--json"));
  }

  @Test
  void jsonErrorsStayOneDocumentWithAStackTrace() {
    String stderr = report(new IllegalStateException("2 owners"), "--json", "-vv").stderr();
    assertTrue(
        stderr.contains(
            "\"trace\": [\n    \"java.lang.IllegalStateException: 2 owners\",\n    \"\\tat dev."),
        stderr);
    assertTrue(stderr.startsWith("{\n"), stderr);
    assertTrue(stderr.endsWith("\n}\n"), stderr);
  }

  @Test
  void manyProblemsAreCutShort() {
    List<Problem> problems =
        IntStream.rangeClosed(1, 60).mapToObj(i -> new Problem("line " + i, "x")).toList();
    List<String> lines = report(new FormatException("c.yml", problems)).stderr().lines().toList();
    assertEquals("error: c.yml at line 1: x (and 59 more problems)", lines.getFirst());
    assertEquals(52, lines.size());
    assertEquals("cause: line 50: x", lines.get(50));
    assertEquals("cause: and 10 more", lines.getLast());
  }

  @Test
  void causesThatGoInCirclesEnd() {
    IOException outer = new IOException("outer");
    IOException inner = new IOException("inner", outer);
    outer.initCause(inner);
    List<String> lines = report(outer).stderr().lines().toList();
    assertEquals("error: outer", lines.getFirst());
    assertTrue(lines.size() <= 6, lines.toString());
    assertTrue(Collections.frequency(lines, "cause: inner") >= 1, lines.toString());
  }

  @Test
  void aNameFromAFileCannotMoveTheCursor() {
    assertEquals(
        "error: no such file or folder: a\\x1b[2J\\nb\n",
        report(new NoSuchFileException("a\u001b[2J\nb")).stderr());
  }
}
