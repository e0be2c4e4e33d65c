package dev.computepool.publish;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.AtomicFile;
import dev.computepool.base.FormatException;
import dev.computepool.base.InputFile;
import dev.computepool.chat.template.ModelTemplates;
import dev.computepool.publish.gotemplate.GoTemplateException;
import dev.computepool.publish.modelfile.GoTemplates;
import dev.computepool.publish.modelfile.ModelSettings;
import dev.computepool.publish.modelfile.Modelfile;
import dev.computepool.publish.modelfile.Modelfile.Command;
import dev.computepool.publish.modelfile.NoGoTemplateException;
import dev.computepool.publish.modelfile.Parameters;
import dev.computepool.publish.modelfile.SpecialTokens;
import dev.computepool.publish.modelfile.TemplateDecision;
import dev.computepool.publish.modelfile.TemplateDecision.Difference;
import dev.computepool.publish.modelfile.TemplateDecision.Proven;
import dev.computepool.publish.modelfile.TemplateDecision.Refusal;
import dev.computepool.publish.modelfile.TemplateDecision.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What Ollama is told of a model besides its weights: the Modelfile, and the same in the files
/// that the Hub hands to it (`template`, `params`).
///
/// @param template in Go's language, or null where Ollama is left to the model's own
/// @param parameters stop texts and sampling, from the model
/// @param requires the oldest version of Ollama that runs it so, or null
/// @param notes what is likely to surprise
record OllamaFiles(
    @Nullable String template,
    List<Command.Parameter> parameters,
    @Nullable String requires,
    List<String> notes) {
  static final String MODELFILE = "Modelfile";
  static final String TEMPLATE = "template";
  static final String PARAMS = "params";

  /// From this version on Ollama renders the model's own template.
  static final String OWN_TEMPLATES = "0.30.0";

  private static final long MAX_BYTES = 1 << 20;

  OllamaFiles {
    parameters = List.copyOf(parameters);
    notes = List.copyOf(notes);
  }

  /// Decides for a model.
  ///
  /// @param model the GGUF file, or the folder that it is made of
  /// @param generation the model's `generation_config.json`, which need not be there
  /// @throws NoGoTemplateException if its template cannot be expressed with certainty, and the
  ///     choice does not say what else is to be done
  /// @throws FormatException if a template that the user wrote is none
  static OllamaFiles of(Path model, Path generation, TemplateChoice choice) throws IOException {
    ModelTemplates templates = ModelTemplates.read(model);
    SpecialTokens tokens = SpecialTokens.read(model);
    List<String> notes = new ArrayList<>();
    TemplateDecision decision =
        switch (choice) {
          case TemplateChoice.Proven _ -> proven(templates, tokens, notes);
          case TemplateChoice.Own _ -> {
            notes.add(
                "Ollama is left to the model's own template, which it renders from %s on"
                    .formatted(OWN_TEMPLATES));
            yield new Refused(Refusal.NONE, "it was not asked for");
          }
          case TemplateChoice.Written(Path file) -> written(templates, tokens, file, notes);
        };
    ModelSettings settings = ModelSettings.of(decision, tokens, generation);
    notes.addAll(settings.warnings());
    String text =
        switch (decision) {
          case Proven proven -> proven.template();
          case Refused _ -> choice instanceof TemplateChoice.Written(Path file) ? read(file) : null;
        };
    boolean own = choice instanceof TemplateChoice.Own;
    return new OllamaFiles(text, settings.parameters(), own ? OWN_TEMPLATES : null, notes);
  }

  private static TemplateDecision proven(
      ModelTemplates templates, SpecialTokens tokens, List<String> notes)
      throws NoGoTemplateException {
    TemplateDecision decision = GoTemplates.of(templates, tokens.addsBos());
    if (decision instanceof Refused(Refusal refusal, String why) && refusal == Refusal.NONE) {
      notes.add(why + ": Ollama will give it prompts as they are");
      return decision;
    }
    Proven proven = decision.orElseThrow(templates.path().toString());
    differences(proven, notes);
    return proven;
  }

  private static void differences(Proven proven, List<String> notes) {
    proven.proof().differences().stream()
        .sorted()
        .map(Difference::words)
        .map(words -> "Ollama's template: " + words)
        .forEach(notes::add);
  }

  private static TemplateDecision written(
      ModelTemplates templates, SpecialTokens tokens, Path file, List<String> notes)
      throws IOException {
    try {
      TemplateDecision decision =
          GoTemplates.compare(templates, tokens.addsBos(), file.toString(), read(file));
      switch (decision) {
        case Proven proven -> differences(proven, notes);
        case Refused(_, String why) ->
            notes.add("%s is not what the model was trained with: %s".formatted(file, why));
      }
      return decision;
    } catch (GoTemplateException e) {
      throw new FormatException(
          file.toString(), new FormatException.Problem("", String.valueOf(e.getMessage())));
    }
  }

  private static String read(Path file) throws IOException {
    return InputFile.text(file, MAX_BYTES);
  }

  /// The names of the files that {@link #write} makes.
  List<String> names() {
    List<String> names = new ArrayList<>(List.of(MODELFILE));
    if (template != null) {
      names.add(TEMPLATE);
    }
    if (!parameters.isEmpty()) {
      names.add(PARAMS);
    }
    return names;
  }

  /// Writes the files.
  ///
  /// @param gguf the model's file, beside which they will be
  /// @param adapter a LoRA beside it, or null
  /// @param licenses texts
  /// @throws FormatException if Ollama would read the Modelfile otherwise than it is meant
  void write(Path folder, String gguf, @Nullable String adapter, List<String> licenses)
      throws IOException {
    List<Command> commands = new ArrayList<>();
    commands.add(new Command.From("./" + gguf));
    Optional.ofNullable(adapter).ifPresent(file -> commands.add(new Command.Adapter("./" + file)));
    Optional.ofNullable(template).ifPresent(text -> commands.add(new Command.Template(text)));
    commands.addAll(parameters);
    licenses.forEach(text -> commands.add(new Command.License(text)));
    Optional.ofNullable(requires).ifPresent(v -> commands.add(new Command.Requires(v)));
    List<String> comments = List.of("ollama create NAME -f Modelfile");
    AtomicFile.writeString(folder.resolve(MODELFILE), new Modelfile(comments, commands).text());
    if (template != null) {
      AtomicFile.writeString(folder.resolve(TEMPLATE), template);
    }
    if (!parameters.isEmpty()) {
      ObjectNode json = Parameters.json(parameters);
      AtomicFile.writeString(folder.resolve(PARAMS), new JsonMapper().writeValueAsString(json));
    }
  }

  /// The texts of licences.
  static List<String> texts(List<Path> licenses) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Path file : licenses) {
      texts.add(InputFile.text(file, MAX_BYTES));
    }
    return texts;
  }

  /// The licences in a folder, sorted.
  static List<Path> licenses(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("LICENSE"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }
}
