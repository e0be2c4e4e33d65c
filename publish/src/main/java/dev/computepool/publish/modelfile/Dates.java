package dev.computepool.publish.modelfile;

import java.time.Clock;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Today's date in what a template writes, and how Go writes it.
///
/// Ollama gives its templates the date as ISO writes it. Other forms are put together from pieces
/// of that.
final class Dates {
  /// The day on which templates are asked: its pieces differ from each other, and from what
  /// templates are likely to have in them.
  static final Clock PROBE = clock(LocalDate.of(2037, 10, 5), LocalTime.of(12, 0));

  /// Other days, to see whether a template asks for the day at all, and whether Go writes it alike;
  /// at other times, for Go knows none.
  static final List<Clock> OTHERS =
      List.of(
          clock(LocalDate.of(2026, 1, 31), LocalTime.of(0, 7, 41)),
          clock(LocalDate.of(2024, 2, 29), LocalTime.of(23, 58, 16)),
          clock(LocalDate.of(2025, 12, 9), LocalTime.of(8, 34, 52)));

  /// Stands before and after the number of a form in a text.
  private static final char MARK = '\uE0B1';

  private static final List<String> FORMS =
      List.of(
          "yyyy-MM-dd",
          "yyyy/MM/dd",
          "dd MMMM yyyy",
          "dd MMM yyyy",
          "d MMMM yyyy",
          "d MMM yyyy",
          "MMMM dd, yyyy",
          "MMM dd, yyyy",
          "MMMM d, yyyy",
          "MMM d, yyyy",
          "dd.MM.yyyy",
          "dd/MM/yyyy",
          "MM/dd/yyyy",
          "MMMM yyyy",
          "yyyy-MM");

  private static final Pattern MARKED = Pattern.compile(MARK + "(\\d{1,2})" + MARK);
  private static final Pattern PIECE = Pattern.compile("yyyy|MMMM|MMM|MM|dd|d|[^a-zA-Z]+");

  private Dates() {}

  private static Clock clock(LocalDate day, LocalTime time) {
    return Clock.fixed(day.atTime(time).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
  }

  /// A text with marks where it has the day of {@link #PROBE}.
  static String mark(String text) {
    LocalDate day = LocalDate.now(PROBE);
    String marked = text;
    for (int i = 0; i < FORMS.size(); i++) {
      String date = DateTimeFormatter.ofPattern(FORMS.get(i), Locale.ENGLISH).format(day);
      marked = marked.replace(date, "" + MARK + i + MARK);
    }
    return marked;
  }

  static boolean isMarked(String text) {
    return text.indexOf(MARK) >= 0;
  }

  /// A piece of a text: what stands there, or a date.
  ///
  /// @param form empty for what stands there
  record Piece(String text, String form) {}

  static List<Piece> pieces(String marked) {
    List<Piece> pieces = new ArrayList<>();
    Matcher matcher = MARKED.matcher(marked);
    int end = 0;
    while (matcher.find()) {
      int form = Integer.parseInt(matcher.group(1));
      if (form < FORMS.size()) { // else it is the template's own, and no mark
        pieces.add(new Piece(marked.substring(end, matcher.start()), ""));
        pieces.add(new Piece("", FORMS.get(form)));
        end = matcher.end();
      }
    }
    pieces.add(new Piece(marked.substring(end), ""));
    return pieces;
  }

  /// How Go writes a form; the variable `$day` has the date as ISO writes it.
  static void write(GoText out, String form) {
    if (form.equals("yyyy-MM-dd")) {
      out.action("$day");
      return;
    }
    Matcher matcher = PIECE.matcher(form);
    while (matcher.find()) {
      switch (matcher.group()) {
        case "yyyy" -> out.action("slice $day 0 4");
        case "MM" -> out.action("slice $day 5 7");
        case "dd" -> out.action("slice $day 8 10");
        case "d" -> {
          out.action("if eq (slice $day 8 9) \"0\"").action("slice $day 9 10");
          out.action("else").action("slice $day 8 10").action("end");
        }
        case "MMMM" -> month(out, TextStyle.FULL);
        case "MMM" -> month(out, TextStyle.SHORT);
        default -> out.text(matcher.group());
      }
    }
  }

  private static void month(GoText out, TextStyle style) {
    for (Month month : Month.values()) {
      out.action(
          "%s eq (slice $day 5 7) \"%02d\""
              .formatted(month == Month.JANUARY ? "if" : "else if", month.getValue()));
      out.text(month.getDisplayName(style, Locale.ENGLISH));
    }
    out.action("end");
  }
}
