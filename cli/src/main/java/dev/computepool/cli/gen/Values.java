package dev.computepool.cli.gen;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Model.ArgSpec;

/// What a shell can offer for the value of an option or for an argument.
sealed interface Values {
  /// One of a few words.
  record Words(List<String> words) implements Values {
    public Words {
      for (String word : words) {
        // They stand unquoted in scripts.
        if (!word.matches("[A-Za-z0-9._+-]+")) {
          throw new IllegalArgumentException("'" + word + "' is no plain word");
        }
      }
    }
  }

  /// A file.
  ///
  /// @param suffixes what its name can end with, without the dot; empty for any file
  record Files(List<String> suffixes) implements Values {}

  /// A folder.
  record Folders() implements Values {}

  /// The words of a command, or a topic of the help.
  record Commands(List<String> topics) implements Values {}

  /// Something that no shell can know.
  record Anything() implements Values {}

  /// Labels that name a file although their type is text, since a URL may stand there too.
  List<String> FILE_LABELS = List.of("FILE", "PATH", "SOURCE", "MODEL");

  List<String> FOLDER_LABELS = List.of("DIR", "FOLDER");

  Pattern SUFFIX = Pattern.compile("\\w*\\.([a-z][a-z0-9]*)");

  /// Reads it from the type, the candidates and the label, such as `DIR|MODEL.gguf`.
  static Values of(ArgSpec arg) {
    if (arg.paramLabel().startsWith("COMMAND")) {
      return new Commands(candidates(arg));
    }
    if (arg.completionCandidates() != null) {
      return new Words(candidates(arg));
    }
    if (arg.typeInfo().isBoolean()) {
      return new Words(List.of("true", "false"));
    }
    boolean path = arg.typeInfo().getAuxiliaryTypeInfos().getFirst().getType() == Path.class;
    return ofLabel(arg.paramLabel(), path);
  }

  private static List<String> candidates(ArgSpec arg) {
    if (arg.completionCandidates() == null) {
      return List.of();
    }
    boolean lower = arg.typeInfo().isEnum();
    return StreamSupport.stream(arg.completionCandidates().spliterator(), false)
        .map(c -> lower ? c.toLowerCase(Locale.ROOT) : c)
        .toList();
  }

  private static Values ofLabel(String label, boolean path) {
    List<String> suffixes = new ArrayList<>();
    boolean file = false;
    boolean folder = false;
    for (String part : label.replaceAll("\\[.*?]|[.…]+$", "").split("\\|", -1)) {
      Matcher suffix = SUFFIX.matcher(part);
      if (suffix.matches()) {
        suffixes.add(suffix.group(1));
      } else if (FOLDER_LABELS.contains(part)) {
        folder = true;
      } else if (FILE_LABELS.contains(part)) {
        file = true;
      }
    }
    if (file || !suffixes.isEmpty()) {
      return new Files(file ? List.of() : suffixes);
    }
    if (folder) {
      return new Folders();
    }
    return path ? new Files(List.of()) : new Anything();
  }
}
