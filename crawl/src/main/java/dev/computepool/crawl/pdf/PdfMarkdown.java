package dev.computepool.crawl.pdf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes Markdown of the lines of a PDF, which says of none what it is: what is larger than most
/// of the text is a heading, what is in a font of fixed width is code, and what stands on top or
/// at the bottom of many pages belongs to the pages and not to the text.
final class PdfMarkdown {
  private static final float LARGER = 1.12f;
  private static final int LONGEST_HEADING = 200;
  private static final int LEVELS = 4;
  private static final int EDGE = 2;
  private static final int REPEATS = 3;
  private static final Pattern BULLET = Pattern.compile("^[•◦▪‣●○■·∙–][ \\u00a0]*(?=\\S)");
  private static final Pattern FILE_NAME =
      Pattern.compile("(?i)^(?:microsoft \\w+ - |untitled)|\\.(?:docx?|tex|dvi|indd|odt|rtf|pdf)$");
  private static final Pattern NUMBER =
      Pattern.compile("^(?:page )?\\d{1,4}(?: (?:/|of) \\d{1,4})?$");

  private final StringBuilder text = new StringBuilder();
  private final List<PdfLine> lines;
  private final float body;
  private final List<Float> headings;

  private PdfMarkdown(List<PdfLine> lines) {
    this.lines = lines;
    this.body = body(lines);
    this.headings = headings();
  }

  /// The text of a PDF.
  static String of(List<PdfLine> lines) {
    PdfMarkdown markdown = new PdfMarkdown(withoutEdges(lines));
    markdown.write();
    return markdown.text.toString().strip();
  }

  /// The title that a PDF states, unless it is the name of the file that it was made of; then its
  /// first heading; empty if there is none.
  static String title(@Nullable String stated, String markdown) {
    String title = stated == null ? "" : stated.strip();
    boolean real = !title.isEmpty() && !FILE_NAME.matcher(title).find();
    if (real) {
      return title;
    }
    return markdown
        .lines()
        .filter(line -> line.startsWith("# "))
        .map(line -> line.substring(2))
        .findFirst()
        .orElse("");
  }

  /// Without the lines that stand at the edges of many pages, whatever their page numbers.
  private static List<PdfLine> withoutEdges(List<PdfLine> lines) {
    Map<Integer, List<PdfLine>> pages = new HashMap<>();
    lines.forEach(l -> pages.computeIfAbsent(l.page(), _ -> new ArrayList<>()).add(l));
    Map<String, Integer> counts = new HashMap<>();
    pages
        .values()
        .forEach(
            page ->
                edges(page).stream()
                    .map(PdfMarkdown::withoutNumbers)
                    .distinct()
                    .forEach(edge -> counts.merge(edge, 1, Integer::sum)));
    int many = Math.max(REPEATS, pages.size() / 3);
    Set<PdfLine> dropped = new HashSet<>();
    for (List<PdfLine> page : pages.values()) {
      for (PdfLine edge : edges(page)) {
        boolean outermost = edge.equals(page.getFirst()) || edge.equals(page.getLast());
        if (counts.getOrDefault(withoutNumbers(edge), 0) >= many
            || (outermost
                && NUMBER.matcher(edge.text().strip().toLowerCase(Locale.ROOT)).matches())) {
          dropped.add(edge);
        }
      }
    }
    return lines.stream().filter(l -> !dropped.contains(l)).toList();
  }

  private static List<PdfLine> edges(List<PdfLine> page) {
    List<PdfLine> edges = new ArrayList<>();
    for (int i = 0; i < page.size(); i++) {
      if (i < EDGE || i >= page.size() - EDGE) {
        edges.add(page.get(i));
      }
    }
    return edges;
  }

  private static String withoutNumbers(PdfLine line) {
    return line.text().strip().replaceAll("\\d+", "#");
  }

  /// The size that most of the text has.
  private static float body(List<PdfLine> lines) {
    Map<Float, Integer> letters = new HashMap<>();
    lines.stream()
        .filter(l -> !l.fixed())
        .forEach(l -> letters.merge(l.size(), l.text().length(), Integer::sum));
    return letters.entrySet().stream()
        .max(
            Map.Entry.<Float, Integer>comparingByValue()
                .thenComparing(Map.Entry.<Float, Integer>comparingByKey().reversed()))
        .map(Map.Entry::getKey)
        .orElse(0f);
  }

  /// The sizes of headings, the largest first.
  private List<Float> headings() {
    Set<Float> sizes = new TreeSet<>(Comparator.reverseOrder());
    lines.stream().filter(this::isLarge).forEach(l -> sizes.add(l.size()));
    return List.copyOf(sizes);
  }

  private boolean isLarge(PdfLine line) {
    return !line.fixed()
        && line.size() >= body * LARGER
        && line.text().length() <= LONGEST_HEADING
        && line.text().codePoints().anyMatch(Character::isLetter);
  }

  private void write() {
    int at = 0;
    while (at < lines.size()) {
      PdfLine line = lines.get(at);
      if (line.text().isBlank()) {
        at++;
      } else if (line.fixed()) {
        at = code(at);
      } else if (isLarge(line)) {
        at = heading(at);
      } else {
        at = paragraph(at);
      }
    }
  }

  private int code(int from) {
    int to = from;
    float left = Float.MAX_VALUE;
    while (to < lines.size() && (lines.get(to).fixed() || lines.get(to).text().isBlank())) {
      left = lines.get(to).text().isBlank() ? left : Math.min(left, lines.get(to).left());
      to++;
    }
    StringBuilder code = new StringBuilder();
    for (PdfLine line : lines.subList(from, to)) {
      int indent = line.letter() > 0 ? Math.round((line.left() - left) / line.letter()) : 0;
      code.append(" ".repeat(Math.clamp(indent, 0, 80)))
          .append(line.text().stripTrailing())
          .append('\n');
    }
    String fence = "```";
    while (code.indexOf(fence) >= 0) {
      fence += "`";
    }
    block(fence + "\n" + code.toString().stripTrailing() + "\n" + fence);
    return to;
  }

  private int heading(int from) {
    int to = from + 1;
    float size = lines.get(from).size();
    StringBuilder words = new StringBuilder(lines.get(from).text().strip());
    while (to < lines.size()
        && lines.get(to).size() == size
        && lines.get(to).page() == lines.get(from).page()
        && !lines.get(to).begins()
        && isLarge(lines.get(to))
        && words.length() < LONGEST_HEADING) {
      append(words, lines.get(to).text());
      to++;
    }
    block("#".repeat(Math.min(LEVELS, headings.indexOf(size) + 1)) + " " + words);
    return to;
  }

  private int paragraph(int from) {
    int to = from + 1;
    StringBuilder words = new StringBuilder();
    append(words, lines.get(from).text());
    while (to < lines.size()) {
      PdfLine line = lines.get(to);
      boolean goesOn =
          !line.begins() || (line.page() > lines.get(to - 1).page() && isUnfinished(words, line));
      if (!goesOn || line.fixed() || isLarge(line) || isItem(line)) {
        break;
      }
      append(words, line.text());
      to++;
    }
    Matcher bullet = BULLET.matcher(words);
    if (bullet.find()) {
      block("- " + words.substring(bullet.end()), isAfterItem() ? "\n" : "\n\n");
    } else {
      block(words.charAt(0) == '#' ? "\\" + words : words.toString());
    }
    return to;
  }

  private boolean isAfterItem() {
    int last = text.lastIndexOf("\n") + 1;
    return text.indexOf("- ", last) == last;
  }

  private static boolean isItem(PdfLine line) {
    return BULLET.matcher(line.text().strip()).find();
  }

  /// Whether a sentence goes on on the next page.
  private static boolean isUnfinished(StringBuilder words, PdfLine next) {
    return !words.isEmpty()
        && ".:!?".indexOf(words.charAt(words.length() - 1)) < 0
        && Character.isLowerCase(next.text().strip().codePointAt(0));
  }

  /// Joins lines; a hyphen at the end of one parts a word, if a small letter follows.
  private static void append(StringBuilder words, String line) {
    String next = line.strip();
    int last = words.length() - 1;
    if (last > 0 && !next.isEmpty()) {
      boolean parted =
          (words.charAt(last) == '-' || words.charAt(last) == '\u2010')
              && Character.isLetter(words.charAt(last - 1))
              && Character.isLowerCase(next.charAt(0));
      if (parted) {
        words.setLength(last);
      } else {
        words.append(' ');
      }
    }
    words.append(next);
  }

  private void block(String block) {
    block(block, "\n\n");
  }

  private void block(String block, String before) {
    if (!text.isEmpty()) {
      text.append(before);
    }
    text.append(block);
  }
}
