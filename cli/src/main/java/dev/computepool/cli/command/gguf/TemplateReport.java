package dev.computepool.cli.command.gguf;

import dev.computepool.chat.template.ChatText;
import dev.computepool.chat.template.ModelTemplates;
import dev.computepool.chat.template.TextRange;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A template, or a text that one made. Ranges count characters as Unicode does, so that they mean
/// the same in every language that reads them.
///
/// @param name which of the model's templates
/// @param template its source
/// @param templates sources by name, if there are several
/// @param text what it made of a conversation
/// @param turns the messages in order
/// @param assistant what the assistant says, with the mark that ends it
/// @param source how that is known: `marks`, `prefixes`, `loops` or `unknown`
/// @param doubt what of it is not known, and why
record TemplateReport(
    String path,
    String name,
    @Nullable String template,
    @Nullable Map<String, String> templates,
    @Nullable String text,
    @Nullable List<Turn> turns,
    @Nullable List<List<Integer>> assistant,
    @Nullable String source,
    @Nullable String doubt)
    implements Report {
  /// @param range nothing if it is not known
  record Turn(int index, String role, @Nullable List<Integer> range) {}

  static TemplateReport source(Path path, ModelTemplates templates, String name) {
    Map<String, String> all = templates.templates();
    return new TemplateReport(
        path.toString(),
        name,
        templates.source(name),
        all.size() > 1 ? all : null,
        null,
        null,
        null,
        null,
        null);
  }

  static TemplateReport text(Path path, String name, ChatText chat) {
    List<Turn> turns = new ArrayList<>();
    for (ChatText.Turn turn : chat.turns()) {
      turns.add(
          new Turn(
              turns.size(),
              turn.role(),
              turn.range().map(range -> characters(chat.text(), range)).orElse(null)));
    }
    return new TemplateReport(
        path.toString(),
        name,
        null,
        null,
        chat.text(),
        turns,
        chat.assistant().stream().map(range -> characters(chat.text(), range)).toList(),
        chat.source().name().toLowerCase(Locale.ROOT),
        chat.doubt().orElse(null));
  }

  private static List<Integer> characters(String text, TextRange range) {
    int start = text.codePointCount(0, range.start());
    return List.of(start, start + text.codePointCount(range.start(), range.end()));
  }

  @Override
  public void print(Text out) {
    out.raw(text == null ? String.valueOf(template) : text);
  }
}
