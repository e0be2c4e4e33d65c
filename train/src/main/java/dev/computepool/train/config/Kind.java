package dev.computepool.train.config;

import dev.computepool.base.NearestWord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the value of a key can be.
sealed interface Kind<T> {
  /// The value that a node stands for.
  ///
  /// @return null if it is none of this kind, which is then noted
  @Nullable T read(String key, Node node, Findings findings);

  /// In words, for people who look it up.
  String describe();

  /// Any text but an empty one.
  record Text() implements Kind<String> {
    @Override
    public @Nullable String read(String key, Node node, Findings findings) {
      String text = Scalars.text(key, node, "text", findings);
      if (text != null && text.isBlank()) {
        findings.problem(key, node.place(), key + " is empty");
        return null;
      }
      return text;
    }

    @Override
    public String describe() {
      return "text";
    }
  }

  /// A file or folder, relative to the folder of the configuration.
  record FilePath() implements Kind<String> {
    @Override
    public @Nullable String read(String key, Node node, Findings findings) {
      String text = new Text().read(key, node, findings);
      if (text != null && text.indexOf('\0') >= 0) {
        findings.problem(key, node.place(), key + " has a NUL in it, which no path has");
        return null;
      }
      return text;
    }

    @Override
    public String describe() {
      return "path";
    }
  }

  /// An integer from `least` to `most`.
  record Whole(int least, int most) implements Kind<Integer> {
    @Override
    public @Nullable Integer read(String key, Node node, Findings findings) {
      BigDecimal number = Scalars.number(key, node, "a whole number", findings);
      if (number == null) {
        return null;
      }
      if (number.stripTrailingZeros().scale() > 0) {
        findings.problem(
            key, node.place(), "%s is %s, not a whole number".formatted(key, node.describe()));
        return null;
      }
      if (number.compareTo(BigDecimal.valueOf(least)) < 0
          || number.compareTo(BigDecimal.valueOf(most)) > 0) {
        findings.problem(key, node.place(), Scalars.outside(key, node, range()));
        return null;
      }
      return number.intValueExact();
    }

    private String range() {
      return most == Integer.MAX_VALUE
          ? "%d or more".formatted(least)
          : "from %d to %d".formatted(least, most);
    }

    @Override
    public String describe() {
      return "whole number, " + range();
    }
  }

  /// A number of an interval.
  ///
  /// @param open whether `least` itself is not in it
  /// @param below whether `most` itself is not in it
  record Real(double least, boolean open, double most, boolean below) implements Kind<Double> {
    /// From `least` to `most`, both in it.
    static Real from(double least, double most) {
      return new Real(least, false, most, false);
    }

    /// Above `least`, up to `most`.
    static Real above(double least, double most) {
      return new Real(least, true, most, false);
    }

    /// From `least` to below `most`.
    static Real below(double least, double most) {
      return new Real(least, false, most, true);
    }

    @Override
    public @Nullable Double read(String key, Node node, Findings findings) {
      BigDecimal number = Scalars.number(key, node, "a number", findings);
      if (number == null) {
        return null;
      }
      double value = number.doubleValue();
      boolean inside =
          (open ? value > least : value >= least) && (below ? value < most : value <= most);
      if (!inside) {
        findings.problem(key, node.place(), Scalars.outside(key, node, range()));
        return null;
      }
      return value;
    }

    private String range() {
      return "%s %s %s %s"
          .formatted(open ? "above" : "from", plain(least), below ? "to below" : "to", plain(most));
    }

    private static String plain(double value) {
      return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    @Override
    public String describe() {
      return "number, " + range();
    }
  }

  /// True or false.
  record Flag() implements Kind<Boolean> {
    @Override
    public @Nullable Boolean read(String key, Node node, Findings findings) {
      String text = Scalars.text(key, node, "true or false", findings);
      if (text == null) {
        return null;
      }
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "true", "yes", "on" -> true;
        case "false", "no", "off" -> false;
        default -> {
          findings.problem(
              key, node.place(), "%s is %s, not true or false".formatted(key, Words.quoted(text)));
          yield null;
        }
      };
    }

    @Override
    public String describe() {
      return "true or false";
    }
  }

  /// One of a few words, in any case.
  ///
  /// @param refused words that others know and we do not, and why not
  record Choice<E extends Enum<E>>(
      List<E> values, Function<E, String> label, Map<String, String> refused) implements Kind<E> {
    public Choice {
      values = List.copyOf(values);
      refused = Map.copyOf(refused);
    }

    static <E extends Enum<E> & Label> Choice<E> of(Class<E> type) {
      return new Choice<>(Arrays.asList(type.getEnumConstants()), Label::label, Map.of());
    }

    Choice<E> refusing(String word, String why) {
      return new Choice<>(values, label, Map.of(word, why));
    }

    @Override
    public @Nullable E read(String key, Node node, Findings findings) {
      String text = Scalars.text(key, node, "one of " + list(), findings);
      if (text == null) {
        return null;
      }
      for (E value : values) {
        if (label.apply(value).equalsIgnoreCase(text)) {
          return value;
        }
      }
      String why = refused.get(text.toLowerCase(Locale.ROOT));
      if (why != null) {
        findings.problem(key, node.place(), "%s %s: %s".formatted(key, text, why));
        return null;
      }
      String near =
          NearestWord.of(text.toLowerCase(Locale.ROOT), labels())
              .map("; did you mean '%s'?"::formatted)
              .orElse("");
      findings.problem(
          key,
          node.place(),
          "%s is %s, none of %s%s".formatted(key, Words.quoted(text), list(), near));
      return null;
    }

    List<String> labels() {
      return values.stream().map(label).toList();
    }

    private String list() {
      return String.join(", ", labels());
    }

    @Override
    public String describe() {
      return labels().stream().map("`%s`"::formatted).collect(Collectors.joining(", "));
    }
  }

  /// A list of words; one word alone is a list of it.
  record Names(boolean mayBeEmpty) implements Kind<List<String>> {
    @Override
    public @Nullable List<String> read(String key, Node node, Findings findings) {
      List<Node> items = node instanceof Node.Sequence list ? list.items() : List.of(node);
      if (node instanceof Node.Scalar one && one.text().matches(".*[\\s,].*")) {
        String list = String.join(", ", one.text().strip().split("[\\s,]+", -1));
        findings.problem(
            key,
            node.place(),
            "%s is one text, not a list; write it as [%s]".formatted(key, Words.shortened(list)));
        return null;
      }
      if (items.isEmpty() && !mayBeEmpty) {
        findings.problem(key, node.place(), key + " is empty");
        return null;
      }
      List<String> words = new ArrayList<>();
      for (Node item : items) {
        String word = Scalars.text(key, item, "a list of words", findings);
        if (word == null) {
          return null;
        }
        words.add(word);
      }
      return words;
    }

    @Override
    public String describe() {
      return "list of words";
    }
  }

  /// Names with a text for each, such as variables of the environment.
  record Pairs() implements Kind<Map<String, String>> {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    @Override
    public @Nullable Map<String, String> read(String key, Node node, Findings findings) {
      if (!(node instanceof Node.Mapping map)) {
        findings.problem(
            key, node.place(), "%s is %s, not a map of names".formatted(key, node.describe()));
        return null;
      }
      Map<String, String> pairs = new LinkedHashMap<>();
      boolean sound = true;
      for (Node.Entry entry : map.entries()) {
        String name = key + "." + entry.key();
        if (!NAME.matcher(entry.key()).matches()) {
          findings.problem(
              key,
              entry.place(),
              "%s is no name of a variable".formatted(Words.quoted(entry.key())));
          sound = false;
          continue;
        }
        String text =
            entry.value() instanceof Node.Empty
                ? ""
                : Scalars.text(name, entry.value(), "text", findings);
        sound &= text != null;
        pairs.put(entry.key(), text == null ? "" : text);
      }
      return sound ? Collections.unmodifiableMap(pairs) : null;
    }

    @Override
    public String describe() {
      return "map of names to texts";
    }
  }

  /// Settings of somebody else, of any form.
  record Settings() implements Kind<Map<String, Object>> {
    @Override
    public @Nullable Map<String, Object> read(String key, Node node, Findings findings) {
      if (!(node instanceof Node.Mapping map)) {
        findings.problem(
            key, node.place(), "%s is %s, not a map of keys".formatted(key, node.describe()));
        return null;
      }
      int before = findings.list().size();
      Map<String, Object> settings = Scalars.plain(map, findings);
      return findings.list().size() == before ? settings : null;
    }

    @Override
    public String describe() {
      return "map of anything";
    }
  }
}
