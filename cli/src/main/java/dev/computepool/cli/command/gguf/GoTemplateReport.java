package dev.computepool.cli.command.gguf;

import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.publish.modelfile.ModelSettings;
import dev.computepool.publish.modelfile.Modelfile.Command.Parameter;
import dev.computepool.publish.modelfile.TemplateDecision.Difference;
import dev.computepool.publish.modelfile.TemplateDecision.Proven;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// A model's chat template in Go's language.
///
/// @param name which of the model's templates
/// @param template for Ollama, without a newline at its end
/// @param conversations how many both wrote alike, to the last character
/// @param differences what is known to differ beyond these: `tools`, `thinking`, …
/// @param stop tokens that end an answer, or begin what is none of it
/// @param warnings what is likely to go wrong
record GoTemplateReport(
    String path,
    String name,
    String template,
    int conversations,
    List<String> differences,
    List<String> stop,
    List<String> warnings)
    implements Report {
  static GoTemplateReport of(Path path, String name, Proven proven, ModelSettings settings) {
    return new GoTemplateReport(
        path.toString(),
        name,
        proven.template(),
        proven.proof().conversations(),
        inOrder(proven).stream().map(d -> d.name().toLowerCase(Locale.ROOT)).toList(),
        settings.parameters().stream()
            .filter(parameter -> parameter.name().equals("stop"))
            .map(Parameter::value)
            .toList(),
        settings.warnings());
  }

  private static List<Difference> inOrder(Proven proven) {
    return proven.proof().differences().stream().sorted(Comparator.naturalOrder()).toList();
  }

  /// What a person is told beside the template.
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add("both templates write %d conversations alike".formatted(conversations));
    for (String difference : differences) {
      notes.add(Difference.valueOf(difference.toUpperCase(Locale.ROOT)).words());
    }
    if (!stop.isEmpty()) {
      notes.add("stop: " + String.join(" ", stop));
    }
    return notes;
  }

  @Override
  public void print(Text out) {
    out.raw(template);
  }
}
