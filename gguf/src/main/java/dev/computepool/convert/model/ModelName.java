package dev.computepool.convert.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the name of a model tells, as people write such names: `org/Base-8x7B-Instruct-v0.1`.
///
/// The rules are those of gguf-py, so that the same name gives the same metadata.
///
/// @param full the name without the organization
record ModelName(
    @Nullable String full,
    @Nullable String organization,
    @Nullable String baseName,
    @Nullable String fineTune,
    @Nullable String version,
    @Nullable String sizeLabel) {
  private static final Pattern VERSION =
      Pattern.compile("(v|iter)?\\d+([.]\\d+)*", Pattern.CASE_INSENSITIVE);
  private static final Pattern TYPE =
      Pattern.compile("i?q\\d(_\\w)*|b?fp?(16|32)", Pattern.CASE_INSENSITIVE);
  private static final Pattern SIZE =
      Pattern.compile(
          "(([A]|\\d+[x])?\\d+([._]\\d+)?[KMBT][\\d]?|small|mini|medium|large|x?xl)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern FINE_TUNE =
      Pattern.compile("chat|instruct|vision|lora", Pattern.CASE_INSENSITIVE);
  private static final Pattern VERSION_OR_NUMBER = Pattern.compile("v\\d+(?:\\.\\d+)*|\\d.*");

  private enum Kind {
    BASE_NAME,
    SIZE_LABEL,
    FINE_TUNE,
    VERSION,
    TYPE
  }

  /// A part of a name, and what it may be.
  private static final class Part {
    String text;
    final Set<Kind> kinds = EnumSet.noneOf(Kind.class);

    Part(String text) {
      this.text = text;
    }

    boolean is(Kind kind) {
      return kinds.contains(kind);
    }
  }

  /// Reads a name.
  ///
  /// @param parameters of the model, negative for an adapter, or 0 if they are not known; tells
  ///     a size from the length of a context
  static ModelName of(String id, long parameters) {
    if (id.contains(" ")) {
      return new ModelName(id, null, null, null, null, null); // a sentence
    }
    int slash = id.indexOf('/');
    String organization = slash < 0 ? null : id.substring(0, slash);
    String full = id.substring(slash + 1);
    if (organization != null && organization.startsWith(".")) {
      organization = null; // of a path
    }
    List<Part> parts = new ArrayList<>();
    for (String text : full.split("-", -1)) {
      if (!text.isEmpty()) {
        parts.add(new Part(text));
      }
    }
    for (int i = 0; i < parts.size(); i++) {
      classify(parts.get(i), i, parameters);
    }
    dropWordSizes(parts);
    findBaseName(parts);
    String baseName = joined(parts, Kind.BASE_NAME);
    String sizeLabel =
        orNull(
            String.join(
                "-",
                parts.stream()
                    .filter(part -> part.is(Kind.SIZE_LABEL))
                    .map(part -> part.text)
                    .collect(Collectors.toCollection(LinkedHashSet::new))));
    String fineTune = joined(parts, Kind.FINE_TUNE);
    String version =
        orNull(
            parts.stream()
                .filter(part -> part.is(Kind.VERSION) && !part.is(Kind.BASE_NAME))
                .map(part -> part.text)
                .collect(Collectors.joining("-")));
    if (sizeLabel == null && fineTune == null && version == null) {
      baseName = null; // it could be anything
    }
    return new ModelName(full, organization, baseName, fineTune, version, sizeLabel);
  }

  private static void classify(Part part, int index, long parameters) {
    if (VERSION.matcher(part.text).matches()) {
      part.kinds.add(Kind.VERSION);
    } else if (TYPE.matcher(part.text).matches()) {
      part.kinds.add(Kind.TYPE);
      part.text = part.text.toUpperCase(Locale.ROOT);
    } else if (index > 0 && SIZE.matcher(part.text).matches()) {
      classifySize(part, parameters);
    } else if (index > 0 && FINE_TUNE.matcher(part.text).matches()) {
      boolean redundant = parameters < 0 && part.text.equalsIgnoreCase("lora");
      part.kinds.add(redundant ? Kind.TYPE : Kind.FINE_TUNE);
    }
  }

  private static void classifySize(Part part, long parameters) {
    String text = part.text.replace('_', '.');
    int last = text.length() - 1;
    if (Character.isDigit(text.charAt(last))) {
      // bloom-7b1
      text = text.substring(0, last - 1) + "." + text.charAt(last) + text.charAt(last - 1);
      last = text.length() - 1;
    }
    if (text.length() > 1
        && Character.isDigit(text.charAt(last - 1))
        && "kmbt".indexOf(text.charAt(last)) >= 0) {
      text = text.substring(0, last) + Character.toUpperCase(text.charAt(last));
    }
    if (parameters != 0 && isContextLength(text, parameters)) {
      part.kinds.add(Kind.FINE_TUNE);
      text = text.substring(0, last) + Character.toLowerCase(text.charAt(last));
    }
    if (part.kinds.isEmpty()) {
      part.kinds.add(Kind.SIZE_LABEL);
    }
    part.text = text;
  }

  /// Whether a size is so far from the model's that it must be something else.
  private static boolean isContextLength(String text, long parameters) {
    int last = text.length() - 1;
    double number;
    try {
      number = Double.parseDouble(text.substring(0, last));
    } catch (NumberFormatException e) {
      return false; // 8x7B, small
    }
    int power = " KMBT".indexOf(text.charAt(last));
    double size = number * Math.pow(1000, power);
    long known = Math.abs(parameters);
    long eighth = known / 8;
    long most = 7 * known / 8;
    return parameters < 0 ? size < eighth : Math.abs(size - known) > most;
  }

  private static void dropWordSizes(List<Part> parts) {
    boolean numbered =
        parts.stream()
            .anyMatch(
                part -> part.is(Kind.SIZE_LABEL) && part.text.chars().anyMatch(Character::isDigit));
    if (numbered) {
      for (Part part : parts) {
        if (part.is(Kind.SIZE_LABEL) && part.text.chars().allMatch(Character::isLetter)) {
          part.kinds.remove(Kind.SIZE_LABEL);
        }
      }
    }
  }

  private static void findBaseName(List<Part> parts) {
    boolean atStart = true;
    for (Part part : parts) {
      boolean word = part.kinds.isEmpty() && Character.isLetter(part.text.charAt(0));
      if (atStart && (word || part.is(Kind.VERSION))) {
        part.kinds.add(Kind.BASE_NAME);
      } else {
        atStart = false;
        if (part.kinds.isEmpty()) {
          part.kinds.add(Kind.FINE_TUNE);
        }
      }
    }
    List<Part> reversed = new ArrayList<>(parts);
    Collections.reverse(reversed);
    for (Part part : reversed) {
      if (!part.is(Kind.BASE_NAME) || part.kinds.size() == 1) {
        break;
      }
      part.kinds.remove(Kind.BASE_NAME);
    }
  }

  private static @Nullable String joined(List<Part> parts, Kind kind) {
    return orNull(
        parts.stream()
            .filter(part -> part.is(kind))
            .map(part -> part.text)
            .collect(Collectors.joining("-")));
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  /// An identifier as a title: words apart and capitalized, but not acronyms and versions.
  static String title(String id) {
    List<String> words = new ArrayList<>();
    for (String word : id.strip().replace('-', ' ').split("\\s+", -1)) {
      if (word.isEmpty()) {
        continue;
      }
      boolean lower =
          word.chars().anyMatch(Character::isLowerCase)
              && word.chars().noneMatch(Character::isUpperCase);
      words.add(lower && !VERSION_OR_NUMBER.matcher(word).matches() ? capitalized(word) : word);
    }
    return String.join(" ", words);
  }

  /// Each run of letters with its first in upper case, the rest in lower case.
  private static String capitalized(String word) {
    StringBuilder text = new StringBuilder();
    boolean inside = false;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      text.append(inside ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inside = Character.isLetter(c);
    }
    return text.toString();
  }
}
