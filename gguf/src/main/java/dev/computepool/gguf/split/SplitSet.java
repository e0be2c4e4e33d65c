package dev.computepool.gguf.split;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.SourceStamp;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufFormatException;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.TensorInfo;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The parts of a model, all there and in agreement with each other.
///
/// @param stamps of the parts' files as they were, in their order
/// @param headers of the parts, in their order
public record SplitSet(SplitName name, List<SourceStamp> stamps, List<GgufHeader> headers) {
  public SplitSet {
    stamps = List.copyOf(stamps);
    headers = List.copyOf(headers);
  }

  /// Reads the headers of all parts, found beside any one of them.
  ///
  /// @throws NoSuchFileException if `part` does not exist
  /// @throws GgufFormatException with all that is wrong with the set: parts that are missing, cut
  ///     short, or of another model
  public static SplitSet open(Path part) throws IOException {
    if (!Files.exists(part)) {
      throw new NoSuchFileException(part.toString());
    }
    Optional<SplitName.Numbered> numbered = SplitName.parse(part);
    if (numbered.isEmpty()) {
      throw new GgufFormatException(
          part.toString(),
          List.of(new Problem("", "the name is not that of a part, NAME-00001-of-00002.gguf")));
    }
    SplitName name = numbered.get().name();
    List<Problem> problems = new ArrayList<>();
    List<SourceStamp> stamps = new ArrayList<>();
    List<GgufHeader> headers = new ArrayList<>();
    for (int i = 0; i < name.count(); i++) {
      readPart(name, i, stamps, headers, problems);
    }
    if (problems.isEmpty()) {
      checkAgreement(name, headers, problems);
    }
    if (!problems.isEmpty()) {
      throw new GgufFormatException(part.toString(), problems);
    }
    return new SplitSet(name, stamps, headers);
  }

  /// The set that a file is part of, if it says that it is, and is called so.
  ///
  /// @param header of the file
  /// @throws GgufFormatException with all that is wrong with the set
  public static Optional<SplitSet> around(Path file, GgufHeader header) throws IOException {
    return header.isPart() && SplitName.parse(file).isPresent()
        ? Optional.of(open(file))
        : Optional.empty();
  }

  private static void readPart(
      SplitName name,
      int index,
      List<SourceStamp> stamps,
      List<GgufHeader> headers,
      List<Problem> problems)
      throws IOException {
    Path file = name.part(index);
    String place = file.getFileName().toString();
    if (!Files.exists(file)) {
      problems.add(new Problem("", place + " is missing"));
      return;
    }
    try {
      stamps.add(SourceStamp.of(file));
      GgufHeader header = GgufFile.readHeader(file);
      headers.add(header);
      expect(place, header.metadata(), SplitPlan.NO, index, problems);
      expect(place, header.metadata(), SplitPlan.COUNT, name.count(), problems);
    } catch (FormatException e) {
      for (Problem problem : e.problems()) {
        problems.add(new Problem(place, problem.toString()));
      }
    }
  }

  private static void expect(
      String place, Metadata metadata, String key, long expected, List<Problem> problems)
      throws GgufFormatException {
    OptionalLong value = metadata.integer(key);
    if (value.isEmpty()) {
      problems.add(new Problem(place, "has no key " + key));
    } else if (value.getAsLong() != expected) {
      problems.add(
          new Problem(place, "%s is %d, expected %d".formatted(key, value.getAsLong(), expected)));
    }
  }

  private static void checkAgreement(
      SplitName name, List<GgufHeader> headers, List<Problem> problems) throws GgufFormatException {
    GgufHeader first = headers.getFirst();
    Map<String, Integer> owners = new HashMap<>();
    long tensors = 0;
    for (int i = 0; i < headers.size(); i++) {
      GgufHeader header = headers.get(i);
      String place = name.part(i).getFileName().toString();
      if (header.byteOrder() == ByteOrder.BIG_ENDIAN) {
        problems.add(new Problem(place, "a big-endian file can be read, but not merged"));
      }
      if (header.version() != first.version()) {
        problems.add(
            new Problem(
                place,
                "has version %d, the first part %d".formatted(header.version(), first.version())));
      }
      for (TensorInfo tensor : header.tensors()) {
        Integer owner = owners.putIfAbsent(tensor.name(), i);
        if (owner != null) {
          problems.add(
              new Problem(
                  place,
                  "tensor %s is in %s too"
                      .formatted(tensor.name(), name.part(owner).getFileName())));
        }
      }
      tensors += header.tensors().size();
    }
    for (int i = 0; i < headers.size(); i++) {
      Metadata metadata = headers.get(i).metadata();
      OptionalLong count = metadata.integer(SplitPlan.TENSORS);
      if (count.isPresent() && count.getAsLong() != tensors) {
        problems.add(
            new Problem(
                name.part(i).getFileName().toString(),
                "%s is %d, the parts have %d"
                    .formatted(SplitPlan.TENSORS, count.getAsLong(), tensors)));
      }
    }
  }

  /// The files of the parts, in their order.
  public List<Path> files() {
    return stamps.stream().map(SourceStamp::path).toList();
  }
}
