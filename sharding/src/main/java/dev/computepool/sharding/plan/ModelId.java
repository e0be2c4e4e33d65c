package dev.computepool.sharding.plan;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The name under which nodes know a model; also the name of its directory.
///
/// Nodes replace what is not `[A-Za-z0-9_.-]` in a directory's name and then skip the model because
/// the names differ, so such ids do not exist here. Neither do those that nodes take for a file
/// manager's backup copy, such as `model.old` and `model-copy`.
///
/// @param value at most {@value #MAX_LENGTH} of `A-Z a-z 0-9 _ . -`
public record ModelId(String value) {
  /// Leaves room in a file name for what is added while a directory is being built.
  public static final int MAX_LENGTH = 240;

  private static final String SUFFIX = ".gguf";
  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_.-]+");
  private static final Set<String> BACKUP_ENDINGS =
      Set.of("fullbackup", "backup", "bak", "old", "orig", "copy", "save", "tmp", "temp");

  public ModelId {
    if (!ALLOWED.matcher(value).matches()) {
      throw refused(value, "only letters, digits, '_', '.' and '-' are allowed");
    }
    if (value.length() > MAX_LENGTH) {
      throw refused(value, "it is longer than " + MAX_LENGTH + " characters");
    }
    if (value.equals(".") || value.contains("..")) {
      throw refused(value, "it is not a plain directory name");
    }
    String lower = value.toLowerCase(Locale.ROOT);
    if (lower.endsWith("-copy")
        || BACKUP_ENDINGS.contains(lower.substring(lower.lastIndexOf('.') + 1))) {
      throw refused(value, "nodes take it for a backup copy");
    }
  }

  /// The id of a model in a file of this name, without its folder: lower-case, with one `-` for
  /// each run of other characters.
  ///
  /// @throws IllegalArgumentException if nothing is left of the name, or if nodes refuse the id
  public static ModelId ofFileName(String fileName) {
    return ofModelName(
        fileName.endsWith(SUFFIX)
            ? fileName.substring(0, fileName.length() - SUFFIX.length())
            : fileName);
  }

  /// The id of a model of this name, as in `general.name`.
  ///
  /// @throws IllegalArgumentException if nothing is left of the name, or if nodes refuse the id
  public static ModelId ofModelName(String name) {
    String slug =
        Pattern.compile("[^a-z0-9.]+")
            .splitAsStream(name.toLowerCase(Locale.ROOT))
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining("-"));
    if (slug.isEmpty()) {
      throw new IllegalArgumentException("no model id can be made of the name '" + name + "'");
    }
    return new ModelId(slug);
  }

  @Override
  public String toString() {
    return value;
  }

  private static IllegalArgumentException refused(String id, String why) {
    return new IllegalArgumentException("model id '%s' is refused: %s".formatted(id, why));
  }
}
