package dev.computepool.cli.command.bench;

import dev.computepool.base.ByteSize;
import dev.computepool.bench.hash.HashBench;
import dev.computepool.bench.hash.HashCase;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.output.Output;
import dev.computepool.hash.HashEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp bench hash`: how fast files are hashed here.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp bench hash",
      "  cp bench hash Model-Q4_K_M.gguf --threads 8",
      "",
      "JMH measures each line in a Java process of its own. Without FILE a",
      "temporary file of random bytes is hashed. A file that does not fit into",
      "memory shows how fast the disk is."
    })
public final class BenchHashCommand extends Command {
  @Parameters(arity = "0..1", paramLabel = "FILE", description = "The file to hash.")
  private @Nullable Path file;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = "Size of the temporary file; default: 256MiB.")
  private @Nullable ByteSize size;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads beside one; default: one a processor.")
  private @Nullable Integer threads;

  @Option(
      names = "--kernel",
      paramLabel = "NAME",
      description = "Only BLAKE3 with these inner loops: scalar, lanes or vector.")
  private HashEngine.@Nullable KernelKind kernel;

  @Option(
      names = {"-r", "--repetitions"},
      paramLabel = "N",
      defaultValue = "5",
      description = "Measurements of a second each; default: ${DEFAULT-VALUE}.")
  private int repetitions;

  public BenchHashCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    if (repetitions < 1) {
      throw new UsageException("--repetitions: at least 1, not " + repetitions);
    }
    if (file == null) {
      Path temporary = Files.createTempFile("computepool-bench-", ".bin");
      try {
        HashBench.writeInput(temporary, size == null ? 256L << 20 : size.bytes());
        out.show(measure(temporary, out));
      } finally {
        Files.deleteIfExists(temporary);
      }
    } else {
      if (size != null) {
        throw new UsageException("--size is for a temporary file, not for " + file);
      }
      if (!Files.exists(file)) {
        throw new NoSuchFileException(file.toString());
      }
      if (!Files.isRegularFile(file)) {
        throw new UsageException(file + " is no file that could be hashed");
      }
      out.show(measure(file, out));
    }
    return ExitCode.DONE;
  }

  private List<HashCase> cases() throws IOException {
    List<HashCase> all = HashCase.all(context().threads(threads));
    return kernel == null
        ? all
        : all.stream().filter(c -> c instanceof HashCase.Blake3 b && b.kernel() == kernel).toList();
  }

  private BenchHashReport measure(Path input, Output out) throws IOException {
    HashBench.Request request = new HashBench.Request(input, cases(), repetitions);
    return BenchHashReport.of(
        file == null ? null : file.toString(),
        Files.size(input),
        HashBench.run(request, out.progress()));
  }
}
