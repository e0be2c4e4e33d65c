package dev.computepool.chat.template;

import java.time.Clock;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.Locale;

/// The time as Python's `datetime.now().strftime` writes it, in English.
final class Strftime {
  private Strftime() {}

  static String format(String format, Clock clock) {
    LocalDateTime now = LocalDateTime.now(clock);
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c != '%' || at == format.length()) {
        out.append(c);
        continue;
      }
      char flag = "-_0^#".indexOf(format.charAt(at)) >= 0 ? format.charAt(at++) : ' ';
      if (at == format.length()) {
        out.append('%').append(flag);
        break;
      }
      out.append(flagged(field(format.charAt(at++), now), flag));
    }
    return out.toString();
  }

  private static String flagged(String field, char flag) {
    int zeros = 0;
    while (zeros < field.length() - 1
        && (field.charAt(zeros) == '0' || field.charAt(zeros) == ' ')) {
      zeros++;
    }
    return switch (flag) {
      case '-' -> field.substring(zeros);
      case '_' -> " ".repeat(zeros) + field.substring(zeros);
      case '0' -> field.replace(' ', '0');
      case '^' -> field.toUpperCase(Locale.ROOT);
      default -> field;
    };
  }

  private static String field(char field, LocalDateTime t) {
    return switch (field) {
      case 'a' -> t.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'A' -> t.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b', 'h' -> t.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'B' -> t.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'c' -> all(t, "a", " ", "b", " ", "e", " ", "T", " ", "Y");
      case 'C' -> two(t.getYear() / 100);
      case 'd' -> two(t.getDayOfMonth());
      case 'D', 'x' -> all(t, "m", "/", "d", "/", "y");
      case 'e' -> "%2d".formatted(t.getDayOfMonth());
      case 'f' -> "%06d".formatted(t.getNano() / 1000);
      case 'F' -> all(t, "Y", "-", "m", "-", "d");
      case 'G' -> "%04d".formatted(t.get(IsoFields.WEEK_BASED_YEAR));
      case 'g' -> two(t.get(IsoFields.WEEK_BASED_YEAR) % 100);
      case 'H' -> two(t.getHour());
      case 'I' -> two(t.getHour() % 12 == 0 ? 12 : t.getHour() % 12);
      case 'j' -> "%03d".formatted(t.getDayOfYear());
      case 'k' -> "%2d".formatted(t.getHour());
      case 'l' -> "%2d".formatted(t.getHour() % 12 == 0 ? 12 : t.getHour() % 12);
      case 'm' -> two(t.getMonthValue());
      case 'M' -> two(t.getMinute());
      case 'n' -> "\n";
      case 'p' -> t.getHour() < 12 ? "AM" : "PM";
      case 'P' -> t.getHour() < 12 ? "am" : "pm";
      case 'r' -> all(t, "I", ":", "M", ":", "S", " ", "p");
      case 'R' -> all(t, "H", ":", "M");
      case 'S' -> two(t.getSecond());
      case 't' -> "\t";
      case 'T', 'X' -> all(t, "H", ":", "M", ":", "S");
      case 'u' -> Integer.toString(t.getDayOfWeek().getValue());
      case 'U' -> two(week(t, DayOfWeek.SUNDAY));
      case 'V' -> two(t.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case 'w' -> Integer.toString(t.getDayOfWeek().getValue() % 7);
      case 'W' -> two(week(t, DayOfWeek.MONDAY));
      case 'y' -> two(t.getYear() % 100);
      case 'Y' -> Integer.toString(t.getYear());
      // A time without a zone.
      case 'z', 'Z' -> "";
      case '%' -> "%";
      default -> "%" + field;
    };
  }

  /// Fields and what stands between them.
  private static String all(LocalDateTime t, String... parts) {
    StringBuilder out = new StringBuilder();
    for (String part : parts) {
      out.append(Character.isLetter(part.charAt(0)) ? field(part.charAt(0), t) : part);
    }
    return out.toString();
  }

  private static String two(int number) {
    return "%02d".formatted(number);
  }

  /// Weeks since the first that begins on a day.
  private static int week(LocalDateTime t, DayOfWeek first) {
    int sinceFirst = Math.floorMod(t.getDayOfWeek().getValue() - first.getValue(), 7);
    return (t.getDayOfYear() + 6 - sinceFirst) / 7;
  }
}
