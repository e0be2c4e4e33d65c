package dev.computepool.gguf.split;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.Progress;
import dev.computepool.base.SourceStamp;
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

  /// Checks that a set can be written now, without changing anything.
  ///
  /// @throws FileAlreadyExistsException if a part is there and `replace` is false
  /// @throws dev.computepool.base.DiskFullException if the parts do not fit
  public static void check(SplitPlan plan, boolean replace) throws IOException {
    for (SplitPlan.Part part : plan.parts()) {
      requireOther(plan.source(), part.file());
      AtomicFile.check(part.file(), replaces(plan, part, replace));
    }
    plan.stamp().check();
    DiskSpace.require(plan.parts().getFirst().file(), plan.totalBytes());
  }

  /// Whether the file of a part may be there: with the first part unfinished, a killed run was
  /// giving the others their names.
  private static boolean replaces(SplitPlan plan, SplitPlan.Part part, boolean replace) {
    Path first = plan.parts().getFirst().file();
    boolean again = Files.exists(AtomicFile.partialOf(first)) && !Files.exists(first);
    return replace || (again && !part.file().equals(first));
  }

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
    try (Closer closer = new Closer();
        Progress.Step step = progress.begin("Splitting", plan.totalBytes(), Progress.Unit.BYTES)) {
      List<Assembly.Source> source = List.of(closer.open(plan.source()));
      // Asked before the first of them begins, which then is unfinished.
      List<Boolean> over = parts.stream().map(part -> replaces(plan, part, replace)).toList();
      List<AtomicFile> files = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        files.add(closer.add(begin(parts.get(i).file(), over.get(i))));
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
      plan.stamp().check();
      commit(parts, files, replace);
    }
  }

  private static void commit(List<SplitPlan.Part> parts, List<AtomicFile> files, boolean replaced)
      throws IOException {
    if (replaced) {
      // Programs open a set by its first part: from here on there is none that could be opened, so
      // that parts of the old set and of the new one are never taken for one.
      Files.deleteIfExists(parts.getFirst().file());
    }
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

  /// Checks that the merged file can be written now, without changing anything.
  ///
  /// @throws FileAlreadyExistsException if it is there and `replace` is false
  /// @throws dev.computepool.base.DiskFullException if it does not fit
  public static void check(MergePlan plan, Path target, boolean replace) throws IOException {
    for (SourceStamp part : plan.set().stamps()) {
      requireOther(part.path(), target);
      part.check();
    }
    AtomicFile.check(target, replace);
    DiskSpace.require(target, plan.bytes());
  }

  /// Writes the merged file.
  ///
  /// @param replace whether `target` may be replaced
  /// @throws FileAlreadyExistsException if it is there and `replace` is false
  /// @throws dev.computepool.base.DiskFullException if it does not fit
  public static void merge(MergePlan plan, Path target, boolean replace, Progress progress)
      throws IOException {
    check(plan, target, replace);
    try (Closer closer = new Closer();
        Progress.Step step = progress.begin("Merging", plan.bytes(), Progress.Unit.BYTES)) {
      AtomicFile file = closer.add(begin(target, replace));
      List<Assembly.Source> sources = new ArrayList<>();
      for (Path part : plan.set().files()) {
        sources.add(closer.open(part));
      }
      plan.assembly().writeTo(file, sources, step);
      for (SourceStamp part : plan.set().stamps()) {
        part.check();
      }
      file.commit();
    }
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

    Assembly.Source open(Path file) throws IOException {
      return new Assembly.Source(file, add(FileChannel.open(file, StandardOpenOption.READ)));
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
