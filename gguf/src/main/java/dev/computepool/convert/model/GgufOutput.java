package dev.computepool.convert.model;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.Progress;
import dev.computepool.convert.MetadataEntry;
import dev.computepool.convert.tensor.Placed;
import dev.computepool.convert.tensor.TensorWriter;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.split.SplitName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One GGUF file, or a split set, laid out and ready to be written.
public final class GgufOutput {
  private final List<Part> parts;

  private record Part(GgufLayout layout, List<PlannedTensor> tensors) {}

  private GgufOutput(List<Part> parts) {
    this.parts = parts;
  }

  /// Lays files out.
  public static GgufOutput of(
      List<MetadataEntry> metadata, List<PlannedTensor> tensors, SplitRule rule) {
    List<List<PlannedTensor>> groups = groups(tensors, rule);
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      GgufLayout.Builder builder = GgufLayout.builder();
      if (i == 0) {
        metadata.forEach(entry -> builder.put(entry.key(), entry.value()));
      }
      if (groups.size() > 1) {
        builder.put("split.no", new MetadataValue.Int(MetadataType.UINT16, i));
        builder.put("split.count", new MetadataValue.Int(MetadataType.UINT16, groups.size()));
        builder.put(
            "split.tensors.count", new MetadataValue.Int(MetadataType.INT32, tensors.size()));
      }
      for (PlannedTensor tensor : groups.get(i)) {
        builder.tensor(tensor.name(), tensor.type(), tensor.shape());
      }
      parts.add(new Part(builder.build(), groups.get(i)));
    }
    return new GgufOutput(parts);
  }

  private static List<List<PlannedTensor>> groups(List<PlannedTensor> tensors, SplitRule rule) {
    List<List<PlannedTensor>> groups = new ArrayList<>();
    List<PlannedTensor> current = new ArrayList<>();
    groups.add(current);
    if (!rule.tensorsInFirst()) {
      current = new ArrayList<>();
      groups.add(current);
    }
    long bytes = 0;
    for (PlannedTensor tensor : tensors) {
      boolean full =
          (rule.maxTensors() > 0 && current.size() >= rule.maxTensors())
              || (rule.maxBytes() > 0 && bytes + tensor.byteSize() > rule.maxBytes());
      if (full && !current.isEmpty()) {
        current = new ArrayList<>();
        groups.add(current);
        bytes = 0;
      }
      current.add(tensor);
      bytes += tensor.byteSize();
    }
    return groups;
  }

  /// Bytes of all files together.
  public long byteSize() {
    return parts.stream().mapToLong(part -> part.layout.fileSize()).sum();
  }

  /// The files that writing to `target` makes: that one, or a set named after it.
  public List<Path> files(Path target) {
    if (parts.size() == 1) {
      return List.of(target);
    }
    String stem = target.getFileName().toString().replaceFirst("(?<=.)\\.[^.]*$", "");
    SplitName name = new SplitName(target.resolveSibling(stem), parts.size());
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      files.add(name.part(i));
    }
    return files;
  }

  /// Checks what can be checked before anything is written.
  ///
  /// @throws NoSuchFileException if there is no folder for it
  /// @throws FileAlreadyExistsException if a file is there and may not be replaced
  /// @throws dev.computepool.base.DiskFullException if the files do not fit
  public void check(Path target, boolean replace) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    for (Path file : files(target)) {
      if (!replace && Files.exists(file)) {
        throw new FileAlreadyExistsException(file.toString());
      }
    }
    DiskSpace.require(target, byteSize());
  }

  /// Writes all files; they appear when the last byte is written.
  ///
  /// @param replace whether files that are there may be replaced
  /// @throws FileAlreadyExistsException if one is there and may not
  /// @throws dev.computepool.base.DiskFullException if they do not fit
  /// @throws dev.computepool.base.CancelledException if the user asked to stop
  public List<Path> write(Path target, boolean replace, TensorWriter writer, Progress progress)
      throws IOException {
    check(target, replace);
    List<Path> files = files(target);
    List<AtomicFile> open = new ArrayList<>();
    try (Progress.Step step = progress.begin("Converting", byteSize(), Progress.Unit.BYTES)) {
      List<Placed> placed = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        AtomicFile file =
            replace ? AtomicFile.replace(files.get(i)) : AtomicFile.create(files.get(i));
        open.add(file);
        place(parts.get(i), file, placed);
      }
      writer.write(placed, step);
      for (AtomicFile file : open) {
        file.commit();
      }
    } finally {
      for (AtomicFile file : open) {
        file.close();
      }
    }
    return files;
  }

  private static void place(Part part, AtomicFile file, List<Placed> placed) throws IOException {
    GgufLayout layout = part.layout;
    file.write(layout.header());
    FileChannel channel = file.channel();
    // The last byte first: what lies between the tensors then reads as zeros, which is what
    // padding is to be.
    if (layout.fileSize() > channel.size()) {
      channel.write(ByteBuffer.allocate(1), layout.fileSize() - 1);
    }
    for (int i = 0; i < part.tensors.size(); i++) {
      PlannedTensor tensor = part.tensors.get(i);
      placed.add(
          new Placed(
              tensor.numbers(),
              tensor.type(),
              channel,
              layout.dataOffset() + layout.tensors().get(i).offset()));
    }
  }
}
