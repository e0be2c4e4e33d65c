package dev.computepool.safetensors;

import dev.computepool.base.FormatException.Problem;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The tensors of several files that make one model. Closing it closes them all.
public final class SafetensorsSet implements AutoCloseable {
  private static final int MAX_NAMED = 5;

  private final Map<String, Member> members;
  private final List<SafetensorsFile> files;

  private record Member(SafetensorsFile file, StoredTensor tensor) {}

  private SafetensorsSet(Map<String, Member> members, List<SafetensorsFile> files) {
    this.members = members;
    this.files = files;
  }

  /// Opens the parts of a model.
  ///
  /// @param directory where they are
  /// @param parts their names; the order of the tensors is theirs
  /// @param index which part has which tensor, or null if nothing says so
  /// @throws SafetensorsFormatException with what is wrong in any part, with tensors that two
  ///     parts have, and with what the index says otherwise than the parts
  public static SafetensorsSet open(
      Path directory, List<String> parts, @Nullable Map<String, String> index) throws IOException {
    List<Problem> problems = new ArrayList<>();
    SafetensorsSet set = openReadable(directory, parts, index, problems);
    if (!problems.isEmpty()) {
      set.close();
      throw new SafetensorsFormatException(directory.toString(), problems);
    }
    return set;
  }

  /// Opens what can be believed of the parts of a model, for those who look for what else is wrong.
  ///
  /// @param problems receives what {@link #open} would throw
  public static SafetensorsSet openReadable(
      Path directory,
      List<String> parts,
      @Nullable Map<String, String> index,
      List<Problem> problems)
      throws IOException {
    List<SafetensorsFile> files = new ArrayList<>();
    try {
      for (String part : parts) {
        List<Problem> own = new ArrayList<>();
        try {
          files.add(SafetensorsFile.openReadable(directory.resolve(part), own));
        } catch (SafetensorsFormatException e) {
          own.addAll(e.problems());
        }
        own.forEach(p -> problems.add(new Problem(part + ", " + p.at(), p.what())));
      }
      Map<String, Member> members = new LinkedHashMap<>();
      for (SafetensorsFile file : files) {
        addMembers(file, members, problems);
      }
      if (index != null && problems.isEmpty()) {
        compare(index, members, problems);
      }
      SafetensorsSet set = new SafetensorsSet(members, List.copyOf(files));
      files.clear();
      return set;
    } finally {
      files.forEach(SafetensorsFile::close);
    }
  }

  private static void addMembers(
      SafetensorsFile file, Map<String, Member> members, List<Problem> problems) {
    List<StoredTensor> sorted = new ArrayList<>(file.header().tensors());
    sorted.sort(Comparator.comparing(StoredTensor::name, SafetensorsSet::byCodePoints));
    for (StoredTensor tensor : sorted) {
      Member other = members.putIfAbsent(tensor.name(), new Member(file, tensor));
      if (other != null) {
        problems.add(
            new Problem(
                "tensor " + tensor.name(),
                "is in both %s and %s"
                    .formatted(other.file.path().getFileName(), file.path().getFileName())));
      }
    }
  }

  private static void compare(
      Map<String, String> index, Map<String, Member> members, List<Problem> problems) {
    Map<String, List<String>> missing = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : index.entrySet()) {
      Member member = members.get(entry.getKey());
      if (member == null) {
        missing.computeIfAbsent(entry.getValue(), part -> new ArrayList<>()).add(entry.getKey());
      } else if (!member.file.path().endsWith(entry.getValue())) {
        problems.add(
            new Problem(
                "tensor " + entry.getKey(),
                "is in %s, not in %s as the index says"
                    .formatted(member.file.path().getFileName(), entry.getValue())));
      }
    }
    missing.forEach(
        (part, names) ->
            problems.add(new Problem(part, "lacks what the index says is in it: " + some(names))));
    Set<String> extra = new LinkedHashSet<>(members.keySet());
    extra.removeAll(index.keySet());
    if (!extra.isEmpty()) {
      problems.add(
          new Problem("", "the index does not name these tensors: " + some(List.copyOf(extra))));
    }
  }

  private static String some(List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(MAX_NAMED, names.size())));
    return names.size() <= MAX_NAMED
        ? shown
        : "%s and %d more".formatted(shown, names.size() - MAX_NAMED);
  }

  /// Compares as Python does: by code points, where Java's own order is by UTF-16 units.
  static int byCodePoints(String left, String right) {
    return Arrays.compareUnsigned(
        left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
  }

  /// The names, part by part, sorted within each.
  public Set<String> names() {
    return Collections.unmodifiableSet(members.keySet());
  }

  /// The tensors in the order of {@link #names}.
  public List<StoredTensor> tensors() {
    return members.values().stream().map(Member::tensor).toList();
  }

  /// A tensor, or null if there is none of this name.
  public @Nullable StoredTensor find(String name) {
    Member member = members.get(name);
    return member == null ? null : member.tensor;
  }

  /// The bytes of a tensor, little-endian.
  ///
  /// @throws IllegalArgumentException if there is none of this name
  public MemorySegment bytes(String name) {
    Member member = members.get(name);
    if (member == null) {
      throw new IllegalArgumentException("there is no tensor " + name);
    }
    return member.file.bytes(member.tensor);
  }

  /// The files, in the order in which they were named.
  public List<SafetensorsFile> files() {
    return files;
  }

  /// Which file has a tensor, by its name.
  public Map<String, Path> locations() {
    Map<String, Path> locations = new HashMap<>();
    members.forEach((name, member) -> locations.put(name, member.file.path()));
    return locations;
  }

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }
}
