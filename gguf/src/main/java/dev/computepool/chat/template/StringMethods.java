package dev.computepool.chat.template;

import dev.computepool.chat.template.Value.Bool;
import dev.computepool.chat.template.Value.Function;
import dev.computepool.chat.template.Value.Int;
import dev.computepool.chat.template.Value.ListValue;
import dev.computepool.chat.template.Value.None;
import dev.computepool.chat.template.Value.Str;
import dev.computepool.chat.template.Value.Tuple;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The methods of Python's `str`.
final class StringMethods {
  private static final Set<String> NAMES =
      Set.of(
          "capitalize",
          "casefold",
          "center",
          "count",
          "endswith",
          "expandtabs",
          "find",
          "format",
          "format_map",
          "index",
          "isalnum",
          "isalpha",
          "isascii",
          "isdecimal",
          "isdigit",
          "isidentifier",
          "islower",
          "isnumeric",
          "isprintable",
          "isspace",
          "istitle",
          "isupper",
          "join",
          "ljust",
          "lower",
          "lstrip",
          "partition",
          "removeprefix",
          "removesuffix",
          "replace",
          "rfind",
          "rindex",
          "rjust",
          "rpartition",
          "rsplit",
          "rstrip",
          "split",
          "splitlines",
          "startswith",
          "strip",
          "swapcase",
          "title",
          "upper",
          "zfill");

  private final String text;
  private final boolean safe;
  private final RenderContext context;

  private StringMethods(Str string, RenderContext context) {
    this.text = string.text();
    this.safe = string.safe();
    this.context = context;
  }

  /// A method, or null if there is none of that name.
  static @Nullable Value method(Str string, String name, RenderContext context) {
    if (!NAMES.contains(name)) {
      return null;
    }
    StringMethods methods = new StringMethods(string, context);
    return new Function(name, arguments -> methods.call(name, arguments));
  }

  private Value call(String name, Arguments arguments) {
    return switch (name) {
      case "strip", "lstrip", "rstrip" -> strip(name, arguments);
      case "split", "rsplit" -> split(name, arguments);
      case "splitlines" -> splitLines(arguments);
      case "partition", "rpartition" -> partition(name, arguments);
      case "startswith", "endswith" -> affix(name, arguments);
      case "removeprefix", "removesuffix" -> without(name, arguments);
      case "replace" -> replace(arguments);
      case "find", "rfind", "index", "rindex", "count" -> find(name, arguments);
      case "join" -> join(arguments);
      case "format" -> BraceFormat.format(text, safe, arguments, context);
      case "format_map" -> formatMap(arguments);
      case "center", "ljust", "rjust" -> justify(name, arguments);
      case "zfill" -> zeroFill(arguments);
      case "expandtabs" -> expandTabs(arguments);
      default -> plain(name, arguments);
    };
  }

  /// The methods without arguments.
  private Value plain(String name, Arguments arguments) {
    arguments.bindPositional(name, 0, 0);
    return switch (name) {
      case "upper" -> result(Texts.upper(text));
      case "lower" -> result(Texts.lower(text));
      case "casefold" -> result(Texts.foldCase(text));
      case "capitalize" -> result(Texts.capitalize(text));
      case "title" -> result(Texts.title(text));
      case "swapcase" -> result(Texts.swapCase(text));
      case "isspace" -> Bool.of(Texts.isSpace(text));
      case "isalpha" -> Bool.of(Texts.all(text, Character::isLetter));
      case "isdigit" -> Bool.of(Texts.all(text, StringMethods::isDigit));
      case "isdecimal" -> Bool.of(Texts.all(text, Character::isDigit));
      case "isnumeric" -> Bool.of(Texts.all(text, StringMethods::isNumeric));
      case "isalnum" -> Bool.of(Texts.all(text, c -> Character.isLetter(c) || isNumeric(c)));
      case "isascii" -> Bool.of(text.codePoints().allMatch(c -> c < 0x80));
      case "isidentifier" -> Bool.of(Texts.isIdentifier(text));
      case "isprintable" -> Bool.of(text.codePoints().allMatch(Texts::isPrintable));
      case "islower" ->
          Bool.of(
              text.codePoints().anyMatch(Character::isLowerCase)
                  && text.codePoints()
                      .noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c)));
      case "isupper" ->
          Bool.of(
              text.codePoints().anyMatch(Character::isUpperCase)
                  && text.codePoints()
                      .noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c)));
      case "istitle" -> Bool.of(isTitle());
      default -> throw new IllegalArgumentException("no such method: " + name);
    };
  }

  private Str result(String changed) {
    return new Str(changed, safe);
  }

  private static boolean isDigit(int c) {
    return Character.isDigit(c)
        || (Character.getType(c) == Character.OTHER_NUMBER && digitValue(c));
  }

  /// Superscripts and the like, which are digits but no decimal ones.
  @SuppressWarnings("CharacterGetNumericValue") // of what is no letter
  private static boolean digitValue(int c) {
    int value = Character.getNumericValue(c);
    return value >= 0 && value <= 9;
  }

  private static boolean isNumeric(int c) {
    return switch (Character.getType(c)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> false;
    };
  }

  private boolean isTitle() {
    boolean cased = false;
    boolean previousCased = false;
    for (int c : text.codePoints().toArray()) {
      boolean upper = Character.isUpperCase(c) || Character.isTitleCase(c);
      if ((upper && previousCased) || (Character.isLowerCase(c) && !previousCased)) {
        return false;
      }
      previousCased = Texts.isCased(c);
      cased |= previousCased;
    }
    return cased;
  }

  /// A text among the arguments; of a safe text they are escaped.
  private String textOf(Value value, String name) {
    if (value instanceof Str(String given, boolean givenSafe)) {
      return safe && !givenSafe ? Texts.escapeHtml(given) : given;
    }
    throw Fault.value("%s needs a string, not '%s'".formatted(name, value.type()));
  }

  private static boolean absent(@Nullable Value value) {
    return value == null || value == None.NONE;
  }

  private Value strip(String name, Arguments arguments) {
    List<Value> given = arguments.bindPositional(name, 0, 1);
    int start = 0;
    int end = text.length();
    Value chars = given.isEmpty() ? None.NONE : given.getFirst();
    int[] set = absent(chars) ? null : plainText(chars, name).codePoints().toArray();
    while (!name.equals("rstrip") && start < end && strips(text.codePointAt(start), set)) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (!name.equals("lstrip") && end > start && strips(text.codePointBefore(end), set)) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return result(text.substring(start, end));
  }

  private static boolean strips(int c, int @Nullable [] set) {
    if (set == null) {
      return Texts.isSpace(c);
    }
    for (int member : set) {
      if (member == c) {
        return true;
      }
    }
    return false;
  }

  private static String plainText(Value value, String name) {
    if (value instanceof Str(String given, boolean _)) {
      return given;
    }
    throw Fault.value("%s needs a string, not '%s'".formatted(name, value.type()));
  }

  private Value split(String name, Arguments arguments) {
    @Nullable Value[] given = arguments.bind(name, 0, "sep", "maxsplit");
    long max = given[1] == null ? -1 : integer(given[1], name);
    Value separator = given[0];
    List<String> parts;
    if (separator == null || separator == None.NONE) {
      parts = name.equals("split") ? words(max) : wordsFromEnd(max);
    } else {
      String plain = plainText(separator, name);
      if (plain.isEmpty()) {
        throw Fault.value("the separator of " + name + " is empty");
      }
      parts = name.equals("split") ? pieces(plain, max) : piecesFromEnd(plain, max);
    }
    return list(parts);
  }

  private ListValue list(List<String> parts) {
    context.budget().steps(parts.size());
    return new ListValue(parts.stream().<Value>map(this::result).toList());
  }

  private List<String> pieces(String separator, long max) {
    List<String> parts = new ArrayList<>();
    int at = 0;
    int next = text.indexOf(separator);
    while (next >= 0 && (max < 0 || parts.size() < max)) {
      parts.add(text.substring(at, next));
      at = next + separator.length();
      next = text.indexOf(separator, at);
    }
    parts.add(text.substring(at));
    return parts;
  }

  private List<String> piecesFromEnd(String separator, long max) {
    List<String> parts = new ArrayList<>();
    int end = text.length();
    while (max < 0 || parts.size() < max) {
      int start = text.lastIndexOf(separator, end - separator.length());
      if (start < 0) {
        break;
      }
      parts.addFirst(text.substring(start + separator.length(), end));
      end = start;
    }
    parts.addFirst(text.substring(0, end));
    return parts;
  }

  private List<String> words(long max) {
    List<String> parts = new ArrayList<>();
    int at = 0;
    while (true) {
      while (at < text.length() && Texts.isSpace(text.charAt(at))) {
        at++;
      }
      if (at == text.length()) {
        return parts;
      }
      if (max >= 0 && parts.size() >= max) {
        parts.add(text.substring(at));
        return parts;
      }
      int start = at;
      while (at < text.length() && !Texts.isSpace(text.charAt(at))) {
        at++;
      }
      parts.add(text.substring(start, at));
    }
  }

  private List<String> wordsFromEnd(long max) {
    List<String> parts = new ArrayList<>();
    int at = text.length();
    while (true) {
      while (at > 0 && Texts.isSpace(text.charAt(at - 1))) {
        at--;
      }
      if (at == 0) {
        return parts;
      }
      if (max >= 0 && parts.size() >= max) {
        parts.addFirst(text.substring(0, at));
        return parts;
      }
      int end = at;
      while (at > 0 && !Texts.isSpace(text.charAt(at - 1))) {
        at--;
      }
      parts.addFirst(text.substring(at, end));
    }
  }

  private Value splitLines(Arguments arguments) {
    @Nullable Value[] given = arguments.bind("splitlines", 0, "keepends");
    boolean keep = given[0] != null && given[0].truth();
    List<String> lines = new ArrayList<>();
    int start = 0;
    int at = 0;
    while (at < text.length()) {
      if (!isLineEnd(text.charAt(at))) {
        at++;
        continue;
      }
      int end = at;
      at += text.startsWith("\r\n", at) ? 2 : 1;
      lines.add(text.substring(start, keep ? at : end));
      start = at;
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return list(lines);
  }

  private static boolean isLineEnd(char c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1c && c <= 0x1e)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  private Value partition(String name, Arguments arguments) {
    String separator = textOf(arguments.bindPositional(name, 1, 1).getFirst(), name);
    if (separator.isEmpty()) {
      throw Fault.value("the separator of " + name + " is empty");
    }
    boolean first = name.equals("partition");
    int at = first ? text.indexOf(separator) : text.lastIndexOf(separator);
    List<String> parts =
        at >= 0
            ? List.of(text.substring(0, at), separator, text.substring(at + separator.length()))
            : first ? List.of(text, "", "") : List.of("", "", text);
    return new Tuple(parts.stream().<Value>map(this::result).toList());
  }

  private Value affix(String name, Arguments arguments) {
    List<Value> given = arguments.bindPositional(name, 1, 3);
    String part = part(given.subList(1, given.size()), name);
    if (part == null) {
      return Bool.FALSE;
    }
    Iterable<Value> affixes =
        given.getFirst() instanceof Tuple(List<Value> several) ? several : given.subList(0, 1);
    for (Value affix : affixes) {
      String wanted = plainText(affix, name);
      if (name.equals("startswith") ? part.startsWith(wanted) : part.endsWith(wanted)) {
        return Bool.TRUE;
      }
    }
    return Bool.FALSE;
  }

  /// The text between two optional bounds; null if they begin after its end.
  private @Nullable String part(List<Value> bounds, String name) {
    if (bounds.isEmpty()) {
      return text;
    }
    int length = Texts.length(text);
    int start = start(bounds.getFirst(), length, name);
    int end = length;
    if (bounds.size() > 1 && bounds.get(1) != None.NONE) {
      end = (int) Math.min(length, fromFront(bounds.get(1), length, name));
    }
    if (start > end) {
      return null;
    }
    return text.substring(Texts.offset(text, start), Texts.offset(text, end));
  }

  /// Where a part begins; beyond the end, any place is as good as the first.
  private static int start(Value value, int length, String name) {
    return value == None.NONE ? 0 : (int) Math.min(length + 1L, fromFront(value, length, name));
  }

  private static long fromFront(Value value, int length, String name) {
    long given = integer(value, name);
    return given < 0 ? Math.max(0, given + length) : given;
  }

  private Value without(String name, Arguments arguments) {
    String affix = plainText(arguments.bindPositional(name, 1, 1).getFirst(), name);
    if (name.equals("removeprefix")) {
      return result(text.startsWith(affix) ? text.substring(affix.length()) : text);
    }
    return result(
        !affix.isEmpty() && text.endsWith(affix)
            ? text.substring(0, text.length() - affix.length())
            : text);
  }

  private Value replace(Arguments arguments) {
    @Nullable Value[] given = arguments.bind("replace", 2, "old", "new", "count");
    String old = textOf(RenderContext.given(given[0]), "replace");
    String fresh = textOf(RenderContext.given(given[1]), "replace");
    long count = given[2] == null ? -1 : integer(given[2], "replace");
    return result(replace(text, old, fresh, count, context.budget()));
  }

  /// A text with some of the occurrences of another replaced; an empty one occurs between all
  /// characters.
  ///
  /// @param count how many are replaced, or -1 for all
  static String replace(String text, String old, String fresh, long count, Budget budget) {
    Out out = new Out(budget);
    int at = 0;
    long done = 0;
    if (old.isEmpty()) {
      while (count < 0 || done < count) {
        out.append(fresh);
        done++;
        if (at == text.length()) {
          return out.toString();
        }
        int next = text.offsetByCodePoints(at, 1);
        out.append(text.substring(at, next));
        at = next;
      }
      return out.append(text.substring(at)).toString();
    }
    int next = text.indexOf(old);
    while (next >= 0 && (count < 0 || done < count)) {
      out.append(text.substring(at, next)).append(fresh);
      at = next + old.length();
      done++;
      next = text.indexOf(old, at);
    }
    return out.append(text.substring(at)).toString();
  }

  private Value find(String name, Arguments arguments) {
    List<Value> given = arguments.bindPositional(name, 1, 3);
    String wanted = plainText(given.getFirst(), name);
    String part = part(given.subList(1, given.size()), name);
    if (name.equals("count")) {
      return Int.of(part == null ? 0 : count(part, wanted));
    }
    int at =
        part == null ? -1 : name.startsWith("r") ? part.lastIndexOf(wanted) : part.indexOf(wanted);
    if (at < 0 || part == null) {
      if (name.endsWith("index")) {
        throw Fault.value("substring not found");
      }
      return Int.of(-1);
    }
    int start = given.size() > 1 ? start(given.get(1), Texts.length(text), name) : 0;
    return Int.of(start + part.codePointCount(0, at));
  }

  private static int count(String part, String wanted) {
    if (wanted.isEmpty()) {
      return Texts.length(part) + 1;
    }
    int count = 0;
    for (int i = part.indexOf(wanted); i >= 0; i = part.indexOf(wanted, i + wanted.length())) {
      count++;
    }
    return count;
  }

  private Value join(Arguments arguments) {
    Value items = arguments.bindPositional("join", 1, 1).getFirst();
    Out out = new Out(context.budget());
    boolean first = true;
    for (Iterator<Value> all = Sequences.iterate(items); all.hasNext(); ) {
      context.budget().step();
      if (!first) {
        out.append(text);
      }
      first = false;
      out.append(textOf(all.next(), "join"));
    }
    return result(out.toString());
  }

  private Value formatMap(Arguments arguments) {
    if (!(arguments.bindPositional("format_map", 1, 1).getFirst() instanceof Dict dict)) {
      throw Fault.value("format_map needs a dict");
    }
    return BraceFormat.format(text, safe, RenderContext.named(dict), context);
  }

  private Value justify(String name, Arguments arguments) {
    List<Value> given = arguments.bindPositional(name, 1, 2);
    long width = integer(given.getFirst(), name);
    String fill = given.size() > 1 ? plainText(given.get(1), name) : " ";
    if (Texts.length(fill) != 1) {
      throw Fault.value("the fill character of " + name + " must be one character");
    }
    return result(pad(text, width, fill, name, context.budget()));
  }

  /// A text filled to a width on one side or both.
  ///
  /// @param where `ljust`, `rjust` or `center`
  static String pad(String text, long width, String fill, String where, Budget budget) {
    long missing = width - Texts.length(text);
    if (missing <= 0) {
      return text;
    }
    budget.text(missing * fill.length() + text.length());
    long left =
        switch (where) {
          case "ljust" -> 0;
          case "rjust" -> missing;
          default -> missing / 2 + (missing & width & 1);
        };
    return fill.repeat((int) left) + text + fill.repeat((int) (missing - left));
  }

  private Value zeroFill(Arguments arguments) {
    long width = integer(arguments.bindPositional("zfill", 1, 1).getFirst(), "zfill");
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String digits = signed ? text.substring(1) : text;
    String sign = signed ? text.substring(0, 1) : "";
    return result(sign + pad(digits, width - sign.length(), "0", "rjust", context.budget()));
  }

  private Value expandTabs(Arguments arguments) {
    @Nullable Value[] given = arguments.bind("expandtabs", 0, "tabsize");
    long size = given[0] == null ? 8 : integer(given[0], "expandtabs");
    Out out = new Out(context.budget());
    long column = 0;
    for (int c : text.codePoints().toArray()) {
      if (c == '\t') {
        long spaces = size <= 0 ? 0 : size - column % size;
        context.budget().text(spaces);
        out.append(" ".repeat((int) spaces));
        column += spaces;
      } else {
        out.append(Character.toString(c));
        column = c == '\n' || c == '\r' ? 0 : column + 1;
      }
    }
    return result(out.toString());
  }

  /// An argument that must be an integer; beyond 32 bits the difference does not matter.
  static long integer(Value value, String name) {
    if (Operators.number(value) instanceof BigInteger i) {
      return i.bitLength() > 32 ? i.signum() * (1L << 33) : i.longValue();
    }
    throw Fault.value("%s needs an integer, not '%s'".formatted(name, value.type()));
  }
}
