package dev.computepool.llama;

import dev.computepool.base.FormatException;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufFormatException;
import dev.computepool.gguf.GgufHeader;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The file, or the files of a split set, of one model, each read by our own reader: the library
/// is not asked to open what we find broken.
///
/// @param headers in the order of the set, at least one
public record ModelFiles(List<Path> files, List<GgufHeader> headers) {
  private static final Pattern PART = Pattern.compile("(.*)-([0-9]{5})-of-([0-9]{5})\\.gguf");
  private static final String SPLIT_COUNT = "split.count";

  public ModelFiles {
    files = List.copyOf(files);
    headers = List.copyOf(headers);
  }

  /// Reads the headers of a model.
  ///
  /// @param first the file, or the first of a set
  /// @throws FormatException if a file is broken, big-endian, or not the first of its set
  public static ModelFiles read(Path first) throws IOException {
    GgufHeader header = GgufFile.readHeader(first);
    if (header.byteOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw problem(first, "is big-endian, which llama.cpp does not read on this machine");
    }
    List<Path> files = new ArrayList<>(List.of(first));
    List<GgufHeader> headers = new ArrayList<>(List.of(header));
    OptionalLong count = header.metadata().integer(SPLIT_COUNT);
    if (count.isPresent() && count.getAsLong() > 1) {
      for (Path part : others(first, count.getAsLong())) {
        files.add(part);
        headers.add(GgufFile.readHeader(part));
      }
    }
    return new ModelFiles(files, headers);
  }

  /// Reads the headers of a model that has weights.
  ///
  /// @throws FormatException if it is a vocabulary only, besides what {@link #read} throws
  public static ModelFiles readWithWeights(Path first) throws IOException {
    ModelFiles model = read(first);
    if (model.headers.stream().allMatch(h -> h.tensors().isEmpty())) {
      throw problem(first, "holds a vocabulary and no tensors");
    }
    return model;
  }

  private static List<Path> others(Path first, long count) throws GgufFormatException {
    Matcher name = PART.matcher(first.getFileName().toString());
    if (!name.matches() || Long.parseLong(name.group(3)) != count) {
      throw problem(
          first, "is of a set of %d files but not named like one of them".formatted(count));
    }
    if (!name.group(2).equals("00001")) {
      throw problem(first, "is not the first file of its set, which is to be named");
    }
    List<Path> others = new ArrayList<>();
    for (int i = 2; i <= count; i++) {
      others.add(first.resolveSibling("%s-%05d-of-%05d.gguf".formatted(name.group(1), i, count)));
    }
    return others;
  }

  private static GgufFormatException problem(Path file, String what) {
    return new GgufFormatException(file.toString(), List.of(new FormatException.Problem("", what)));
  }

  /// Bytes of all files together.
  public long fileBytes() {
    return headers.stream().mapToLong(GgufHeader::fileSize).sum();
  }

  /// Weights of all tensors.
  public long elements() {
    return headers.stream()
        .flatMap(h -> h.tensors().stream())
        .mapToLong(t -> t.shape().elements())
        .sum();
  }
}
