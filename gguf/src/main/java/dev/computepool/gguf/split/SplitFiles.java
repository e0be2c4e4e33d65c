package dev.computepool.gguf.split;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.Progress;
import dev.computepool.base.Workers;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Writes split sets, and the files that they are merged to.
public final class SplitFiles {
  private SplitFiles() {}

  /// Writes all parts of a set. They get their names only when all are complete, the first part
  /// last of all: it is the one that programs open.
  ///
  /// @param replace whether files of the same names may be replaced
  /// @param threads how many parts are written at once
  /// @throws FileAlreadyExistsException if a part is there and `replace` is false
  /// @throws dev.computepool.base.DiskFullException if the parts do not fit
  public static void split(SplitPlan plan, boolean replace, int threads, Progress progress)
      throws IOException {
    check(plan, replace);
    List<SplitPlan.Part> parts = plan.parts();
    Path first = parts.getFirst().file();
    boolean again = replace || isLeftByAKilledRun(first);
    try (Closer closer = new Closer();
        Progress.Step step = progress.begin("Splitting", plan.totalBytes(), Progress.Unit.BYTES)) {
      List<FileChannel> source = List.of(closer.open(plan.source(), plan.header().fileSize()));
      List<AtomicFile> files = new ArrayList<>();
      for (SplitPlan.Part part : parts) {
        boolean over = replace || (again && !part.file().equals(first));
        files.add(closer.add(begin(part.file(), over)));
      }
      AtomicInteger next = new AtomicInteger();
      Workers.run(
          "parts",
          Math.min(threads, parts.size()),
          workers -> {
            for (int i = next.getAndIncrement();
                i < parts.size() && !workers.stopped();
                i = next.getAndIncrement()) {
              plan.assembly(i).writeTo(files.get(i), source, step);
            }
          });
      commit(parts, files, replace);
    }
  }

  /// Whether the parts could be written now, as {@link #split} asks first.
  ///
  /// @throws FileAlreadyExistsException if a part is there and `replace` is false
  /// @throws dev.computepool.base.DiskFullException if the parts do not fit
  public static void check(SplitPlan plan, boolean replace) throws IOException {
    Path first = plan.parts().getFirst().file();
    boolean again = replace || isLeftByAKilledRun(first);
    for (SplitPlan.Part part : plan.parts()) {
      requireOther(plan.source(), part.file());
      if (!again && Files.exists(part.file())) {
        throw new FileAlreadyExistsException(part.file().toString());
      }
    }
    DiskSpace.require(first, plan.totalBytes());
  }

  /// With the first part unfinished and not locked, a killed run was giving the others their names.
  private static boolean isLeftByAKilledRun(Path first) {
    return Files.exists(AtomicFile.partialOf(first)) && !Files.exists(first);
  }

  private static void commit(List<SplitPlan.Part> parts, List<AtomicFile> files, boolean replaced)
      throws IOException {
    int next = parts.size() - 1;
    try {
      for (; next >= 0; next--) {
        files.get(next).commit();
      }
    } catch (IOException e) {
      if (!replaced) {
        for (int i = next + 1; i < parts.size(); i++) {
          Files.deleteIfExists(parts.get(i).file());
        }
      }
      throw e;
    }
  }

  /// Writes the merged file.
  ///
  /// @param replace whether `target` may be replaced
  /// @throws FileAlreadyExistsException if it is there and `replace` is false
  /// @throws dev.computepool.base.DiskFullException if it does not fit
  public static void merge(MergePlan plan, Path target, boolean replace, Progress progress)
      throws IOException {
    check(plan, target, replace);
    List<Path> parts = plan.set().files();
    try (Closer closer = new Closer();
        Progress.Step step = progress.begin("Merging", plan.bytes(), Progress.Unit.BYTES)) {
      AtomicFile file = closer.add(begin(target, replace));
      List<FileChannel> sources = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        sources.add(closer.open(parts.get(i), plan.set().headers().get(i).fileSize()));
      }
      plan.assembly().writeTo(file, sources, step);
      file.commit();
    }
  }

  /// Whether the file could be written now, as {@link #merge} asks first.
  ///
  /// @throws FileAlreadyExistsException if it is there and `replace` is false
  /// @throws dev.computepool.base.DiskFullException if it does not fit
  public static void check(MergePlan plan, Path target, boolean replace) throws IOException {
    for (Path part : plan.set().files()) {
      requireOther(part, target);
    }
    if (!replace && Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    DiskSpace.require(target, plan.bytes());
  }

  private static AtomicFile begin(Path target, boolean replace) throws IOException {
    return replace ? AtomicFile.replace(target) : AtomicFile.create(target);
  }

  private static void requireOther(Path source, Path target) throws IOException {
    if (Files.exists(target) && Files.isSameFile(source, target)) {
      throw new FileSystemException(target.toString(), null, "is the file that is read");
    }
  }

  /// Closes what it was given, the last first, whatever happens.
  private static final class Closer implements Closeable {
    private final List<Closeable> resources = new ArrayList<>();

    <T extends Closeable> T add(T resource) {
      resources.add(resource);
      return resource;
    }

    FileChannel open(Path file, long expectedBytes) throws IOException {
      FileChannel channel = add(FileChannel.open(file, StandardOpenOption.READ));
      if (channel.size() != expectedBytes) {
        throw new FileSystemException(
            file.toString(),
            null,
            "changed meanwhile: it had %d bytes and has %d"
                .formatted(expectedBytes, channel.size()));
      }
      return channel;
    }

    @Override
    public void close() throws IOException {
      IOException first = null;
      for (Closeable resource : resources.reversed()) {
        try {
          resource.close();
        } catch (IOException e) {
          if (first == null) {
            first = e;
          } else {
            first.addSuppressed(e);
          }
        }
      }
      if (first != null) {
        throw first;
      }
    }
  }
}
