package dev.computepool.chat.template;

import dev.computepool.chat.template.Value.Str;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Filters over texts; what is no text is first made one.
final class TextFilters {
  private static final Pattern WORD_BEGINNING = Pattern.compile("(?<=[-\\s({\\[<])");
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);
  private static final Pattern TAG = Pattern.compile("<.*?>", Pattern.DOTALL);

  private TextFilters() {}

  static void addTo(Map<String, Filter> all) {
    all.put("upper", method("upper"));
    all.put("lower", method("lower"));
    all.put("capitalize", method("capitalize"));
    all.put("title", TextFilters::title);
    all.put("trim", TextFilters::trim);
    all.put("string", plain("string", TextFilters::soft));
    all.put("replace", TextFilters::replace);
    all.put("format", TextFilters::format);
    all.put("indent", TextFilters::indent);
    all.put("center", TextFilters::center);
    all.put("truncate", TextFilters::truncate);
    all.put("wordcount", TextFilters::wordCount);
    all.put("wordwrap", TextFilters::wordWrap);
    all.put("striptags", TextFilters::stripTags);
    all.put("safe", plain("safe", (value, context) -> new Str(context.str(value), true)));
    all.put("escape", TextFilters::escape);
    all.put("e", TextFilters::escape);
    all.put(
        "forceescape",
        plain(
            "forceescape",
            (value, context) -> new Str(Texts.escapeHtml(context.str(value)), true)));
    all.put("urlencode", TextFilters::urlEncode);
    all.put("xmlattr", TextFilters::xmlAttributes);
  }

  /// The text of a value; one that is safe stays so.
  static Str soft(Value value, RenderContext context) {
    return value instanceof Str text ? text : new Str(context.str(value));
  }

  /// What a filter does that needs no arguments.
  private interface Plain {
    Str apply(Value value, RenderContext context);
  }

  private static Filter plain(String name, Plain filter) {
    return (value, arguments, context) -> {
      arguments.bindPositional(name, 0, 0);
      return filter.apply(value, context);
    };
  }

  /// A text that a filter does not make itself, unlike most.
  private static Str requireText(Value value, String filter) {
    if (value instanceof Str text) {
      return text;
    }
    Operators.requireDefined(value);
    throw Fault.value(filter + " needs a string, not '" + value.type() + "'");
  }

  /// A filter that is a method of texts.
  private static Filter method(String name) {
    return (value, arguments, context) -> {
      arguments.bindPositional(name, 0, 0);
      Str text = soft(value, context);
      return context.call(
          RenderContext.given(StringMethods.method(text, name, context)), Arguments.of());
    };
  }

  private static Value title(Value value, Arguments arguments, RenderContext context) {
    StringBuilder out = new StringBuilder();
    for (String word : WORD_BEGINNING.split(soft(value, context).text(), -1)) {
      if (!word.isEmpty()) {
        int end = word.offsetByCodePoints(0, 1);
        out.append(Texts.upper(word.substring(0, end))).append(Texts.lower(word.substring(end)));
      }
    }
    return new Str(out.toString());
  }

  private static Value trim(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("trim", 0, "chars");
    Arguments chars = given[0] == null ? Arguments.of() : Arguments.of(given[0]);
    Str text = soft(value, context);
    return context.call(RenderContext.given(StringMethods.method(text, "strip", context)), chars);
  }

  private static Value replace(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("replace", 2, "old", "new", "count");
    boolean all = given[2] == null || given[2] == Value.None.NONE;
    return new Str(
        StringMethods.replace(
            context.str(value),
            context.str(RenderContext.given(given[0])),
            context.str(RenderContext.given(given[1])),
            all ? -1 : StringMethods.integer(RenderContext.given(given[2]), "replace"),
            context.budget()));
  }

  private static Value format(Value value, Arguments arguments, RenderContext context) {
    boolean positional = !arguments.positional().isEmpty();
    if (positional && !arguments.named().isEmpty()) {
      throw Fault.value("format takes values by position or by name, not both");
    }
    Value values = new Value.Tuple(arguments.positional());
    if (!positional && !arguments.named().isEmpty()) {
      Dict.Builder dict = new Dict.Builder();
      arguments.named().forEach((name, named) -> dict.put(new Str(name), named));
      values = dict.build();
    }
    return PercentFormat.format(soft(value, context), values, context.operators());
  }

  private static Value indent(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("indent", 0, "width", "first", "blank");
    Value width = given[0] == null ? Value.Int.of(4) : given[0];
    String indention =
        width instanceof Str(String text, boolean _)
            ? text
            : StringMethods.pad(
                "", StringMethods.integer(width, "indent"), " ", "ljust", context.budget());
    boolean blank = given[2] != null && given[2].truth();
    Str text = requireText(value, "indent");
    // As in jinja2, a last line without an end gets one so that the text ends as it did.
    String[] lines =
        (text.text() + "\n").split("\n|\r\n?|[\\x0b\\f\\x1c-\\x1e\\x85\\u2028\\u2029]", -1);
    Out out = new Out(context.budget());
    if (given[1] != null && given[1].truth()) {
      out.append(indention);
    }
    out.append(lines[0]);
    for (int i = 1; i < lines.length - 1; i++) {
      out.append('\n');
      if (blank || !lines[i].isEmpty()) {
        out.append(indention);
      }
      out.append(lines[i]);
    }
    return new Str(out.toString(), text.safe());
  }

  private static Value center(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("center", 0, "width");
    long width = given[0] == null ? 80 : StringMethods.integer(given[0], "center");
    Str text = soft(value, context);
    return new Str(
        StringMethods.pad(text.text(), width, " ", "center", context.budget()), text.safe());
  }

  private static Value truncate(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("truncate", 0, "length", "killwords", "end", "leeway");
    String text = value instanceof Value.Undefined ? "" : requireText(value, "truncate").text();
    long length = given[0] == null ? 255 : StringMethods.integer(given[0], "truncate");
    String end = given[2] == null ? "..." : context.str(given[2]);
    boolean noLeeway = given[3] == null || given[3] == Value.None.NONE;
    long leeway = noLeeway ? 5 : StringMethods.integer(RenderContext.given(given[3]), "truncate");
    if (length < Texts.length(end) || leeway < 0) {
      throw Fault.value("truncate needs a length of at least that of its end, and a leeway");
    }
    if (Texts.length(text) <= length + leeway) {
      return new Str(text);
    }
    String cut = text.substring(0, Texts.offset(text, (int) length - Texts.length(end)));
    if (given[1] == null || !given[1].truth()) {
      int space = cut.lastIndexOf(' ');
      cut = space < 0 ? cut : cut.substring(0, space);
    }
    return new Str(cut + end);
  }

  private static Value wordCount(Value value, Arguments arguments, RenderContext context) {
    arguments.bindPositional("wordcount", 0, 0);
    Matcher words = WORD.matcher(context.str(value));
    int count = 0;
    while (words.find()) {
      count++;
    }
    return Value.Int.of(count);
  }

  private static Value wordWrap(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given =
        arguments.bind(
            "wordwrap", 0, "width", "break_long_words", "wrapstring", "break_on_hyphens");
    long width = given[0] == null ? 79 : StringMethods.integer(given[0], "wordwrap");
    if (width < 1) {
      throw Fault.value("the width of wordwrap must be positive");
    }
    boolean breakLong = given[1] == null || given[1].truth();
    boolean hyphens = given[3] == null || given[3].truth();
    boolean newline = given[2] == null || given[2] == Value.None.NONE;
    String end = newline ? "\n" : context.str(RenderContext.given(given[2]));
    List<String> lines = new ArrayList<>();
    for (String line : requireText(value, "wordwrap").text().split("\n|\r\n?", -1)) {
      lines.add(String.join(end, WordWrap.wrap(line, (int) width, breakLong, hyphens)));
    }
    if (lines.size() > 1 && lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    return new Str(String.join(end, lines));
  }

  private static Value stripTags(Value value, Arguments arguments, RenderContext context) {
    arguments.bindPositional("striptags", 0, 0);
    String bare = TAG.matcher(COMMENT.matcher(context.str(value)).replaceAll("")).replaceAll("");
    String text = String.join(" ", Texts.strip(bare).split(Lexer.SPACE + "+", -1));
    return new Str(
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&#34;", "\"")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&"));
  }

  private static Value escape(Value value, Arguments arguments, RenderContext context) {
    arguments.bindPositional("escape", 0, 0);
    boolean already = value instanceof Str(String _, boolean safe) && safe;
    return already ? value : new Str(Texts.escapeHtml(context.str(value)), true);
  }

  private static Value urlEncode(Value value, Arguments arguments, RenderContext context) {
    arguments.bindPositional("urlencode", 0, 0);
    if (value instanceof Str || !Sequences.isIterable(value)) {
      return new Str(quote(context.str(value), true));
    }
    Value pairs = value instanceof Dict dict ? new Value.ListValue(dict.items()) : value;
    List<String> parts = new ArrayList<>();
    for (Value pair : Sequences.list(pairs, context.budget())) {
      List<Value> both = Sequences.list(pair, context.budget());
      if (both.size() != 2) {
        throw Fault.value("urlencode needs pairs");
      }
      parts.add(
          quote(context.str(both.get(0)), false) + "=" + quote(context.str(both.get(1)), false));
    }
    return new Str(String.join("&", parts));
  }

  private static String quote(String text, boolean path) {
    String quoted =
        URLEncoder.encode(text, StandardCharsets.UTF_8).replace("*", "%2A").replace("%7E", "~");
    return path ? quoted.replace("+", "%20").replace("%2F", "/") : quoted;
  }

  private static Value xmlAttributes(Value value, Arguments arguments, RenderContext context) {
    @Nullable Value[] given = arguments.bind("xmlattr", 0, "autospace");
    if (!(value instanceof Dict dict)) {
      throw Fault.value("xmlattr needs a dict, not '" + value.type() + "'");
    }
    List<String> parts = new ArrayList<>();
    for (Dict.Entry entry : dict.entries()) {
      if (entry.value() == Value.None.NONE || entry.value() instanceof Value.Undefined) {
        continue;
      }
      String key = context.str(entry.key());
      if (key.codePoints().anyMatch(c -> Texts.isSpace(c) || c == '/' || c == '>' || c == '=')) {
        throw Fault.value("'" + key + "' is the name of no attribute");
      }
      parts.add(
          Texts.escapeHtml(key) + "=\"" + Texts.escapeHtml(context.str(entry.value())) + "\"");
    }
    boolean space = (given[0] == null || given[0].truth()) && !parts.isEmpty();
    return new Str((space ? " " : "") + String.join(" ", parts));
  }
}
