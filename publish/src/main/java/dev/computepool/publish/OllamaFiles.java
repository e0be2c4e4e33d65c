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
    TemplateDecision own = GoTemplates.of(templates, tokens.addsBos());
    List<String> notes = new ArrayList<>();
    String text =
        switch (choice) {
          case TemplateChoice.Proven _ -> proven(templates, own, notes);
          case TemplateChoice.Own _ -> {
            leftToOllama(templates, notes);
            yield null;
          }
          case TemplateChoice.Written(Path file) -> written(templates, tokens, file, notes);
        };
    // What ends an answer is the model's affair, whoever writes its template.
    if (own instanceof Refused(Refusal refusal, String why) && refusal != Refusal.NONE) {
      notes.add("which texts end an answer is not known: " + why);
    }
    ModelSettings settings = ModelSettings.of(own, tokens, generation);
    notes.addAll(settings.warnings());
    boolean runs = text == null && !templates.templates().isEmpty();
    return new OllamaFiles(text, settings.parameters(), runs ? OWN_TEMPLATES : null, notes);
  }

  private static void leftToOllama(ModelTemplates templates, List<String> notes) {
    notes.add(
        templates.templates().isEmpty()
            ? templates.path() + " has no chat template: Ollama will give it prompts as they are"
            : "Ollama is left to the model's own template, which it renders from %s on"
                .formatted(OWN_TEMPLATES));
  }

  /// The template that is proven; null where there is none to be written, or where it would write
  /// less than Ollama does of the model's own: models that think are told how only there.
  private static @Nullable String proven(
      ModelTemplates templates, TemplateDecision own, List<String> notes)
      throws NoGoTemplateException {
    if (own instanceof Refused(Refusal refusal, _) && refusal == Refusal.NONE) {
      leftToOllama(templates, notes);
      return null;
    }
    Proven proven = own.orElseThrow(templates.path().toString());
    if (proven.proof().differences().contains(Difference.THINKING)) {
      notes.add("the model thinks, which a Go template that is made of its own cannot tell it to");
      leftToOllama(templates, notes);
      return null;
    }
    differences(proven, notes);
    return proven.template();
  }

  private static void differences(Proven proven, List<String> notes) {
    proven.proof().differences().stream()
        .sorted()
        .map(Difference::words)
        .map(words -> "Ollama's template: " + words)
        .forEach(notes::add);
  }

  private static String written(
      ModelTemplates templates, SpecialTokens tokens, Path file, List<String> notes)
      throws IOException {
    String text = read(file);
    try {
      switch (GoTemplates.compare(templates, tokens.addsBos(), file.toString(), text)) {
        case Proven proven -> differences(proven, notes);
        case Refused(Refusal refusal, String why) ->
            notes.add(
                (refusal == Refusal.DIFFERS
                        ? "%s is not what the model was trained with: %s"
                        : "%s cannot be held against the model's own: %s")
                    .formatted(file, why));
      }
      return text;
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
