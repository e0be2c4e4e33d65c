package dev.computepool.publish.modelfile;

import dev.computepool.chat.template.ChatTemplate;
import dev.computepool.chat.template.ModelTemplates;
import dev.computepool.chat.template.TemplateException;
import dev.computepool.gguf.GgufFile;
import dev.computepool.publish.gotemplate.GoTemplateException;
import dev.computepool.publish.gotemplate.OllamaTemplate;
import dev.computepool.publish.modelfile.TemplateDecision.Difference;
import dev.computepool.publish.modelfile.TemplateDecision.Proof;
import dev.computepool.publish.modelfile.TemplateDecision.Proven;
import dev.computepool.publish.modelfile.TemplateDecision.Refusal;
import dev.computepool.publish.modelfile.TemplateDecision.Refused;
import dev.computepool.publish.modelfile.TurnShape.SystemShape;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A model's own chat template as a Go template for Ollama, proven.
///
/// The model's template is asked what it writes; the texts between what is said make a Go template;
/// and both then write a hundred conversations, which must be the same to the last character. Tools
/// are a part of it where they can be: see {@link ToolShape}.
public final class GoTemplates {
  private GoTemplates() {}

  /// Decides for a model.
  ///
  /// @param model its templates and tokens
  /// @param tokenizerAddsBos whether its tokenizer begins each text with the token for that, as all
  ///     do that do not say otherwise; where it does not, the Go template must
  public static TemplateDecision of(ModelTemplates model, boolean tokenizerAddsBos)
      throws IOException {
    Optional<String> name = model.choose(null, false);
    return name.isPresent() ? of(model, name.get(), tokenizerAddsBos) : none(model);
  }

  private static Refused none(ModelTemplates model) {
    return model.templates().isEmpty()
        ? new Refused(Refusal.NONE, model.path() + " has no chat template")
        : new Refused(
            Refusal.SEVERAL,
            "%s has the chat templates %s, and none is the usual one"
                .formatted(model.path(), String.join(", ", model.templates().keySet())));
  }

  /// Decides for one of a model's templates.
  ///
  /// @throws IllegalArgumentException if there is none of that name
  public static TemplateDecision of(ModelTemplates model, String name, boolean tokenizerAddsBos)
      throws IOException {
    // A template alone, in a file of its own, does not say which tokens it writes.
    boolean alone = !Files.isDirectory(model.path()) && !GgufFile.isGguf(model.path());
    Map<String, String> tokens =
        alone ? Jinja.unknownTokens(model.tokens()) : Map.copyOf(model.tokens());
    return of(model.place(name), model.source(name), tokens, tokenizerAddsBos);
  }

  /// Decides for a template.
  ///
  /// @param place as errors name the template
  /// @param tokens texts by name, such as `bos_token`
  static TemplateDecision of(
      String place, String source, Map<String, String> tokens, boolean tokenizerAddsBos) {
    try {
      Jinja jinja = new Jinja(ChatTemplate.parse(place, source), tokens, !tokenizerAddsBos);
      return of(jinja, new ShapeFinder(jinja, Dates::mark).find());
    } catch (TemplateException e) {
      return new Refused(Refusal.FAILS, String.valueOf(e.getMessage()));
    } catch (ShapeFinder.NoShapeException e) {
      return new Refused(e.refusal(), String.valueOf(e.getMessage()));
    }
  }

  private static TemplateDecision of(Jinja jinja, TurnShape shape) {
    Optional<String> unknown = Jinja.unknownToken(shape.toString());
    if (unknown.isPresent()) {
      return new Refused(
          Refusal.UNKNOWN_TOKEN, "it writes " + unknown.get() + ", whose text is not known");
    }
    Optional<ToolShape> tools = ToolFinder.find(jinja, shape);
    if (tools.isPresent()
        && of(jinja, shape, tools.get()) instanceof Proven proven
        && !proven.proof().differences().contains(Difference.TOOLS)) {
      return proven;
    }
    return of(jinja, shape, null);
  }

  private static TemplateDecision of(Jinja jinja, TurnShape shape, @Nullable ToolShape tools) {
    String template = ShapeWriter.write(shape, tools);
    try {
      Proof proof = new TemplateProof(jinja, OllamaTemplate.parse("template", template)).prove();
      return new Proven(template, shape.answerEnd(), marks(shape), proof);
    } catch (GoTemplateException e) {
      // Such as half a character, which no Go template can have.
      return new Refused(Refusal.DIFFERS, "in Go it would be none: " + e.getMessage());
    } catch (TemplateProof.DiffersException e) {
      Chat chat = Chat.of("u", "Hello");
      Optional<String> today = jinja.at(Dates.PROBE).text(chat, true);
      boolean dated =
          Dates.OTHERS.stream().anyMatch(day -> !jinja.at(day).text(chat, true).equals(today));
      return new Refused(dated ? Refusal.DATE : Refusal.DIFFERS, String.valueOf(e.getMessage()));
    }
  }

  /// What begins and ends turns, without what a default says or a prompt goes on with.
  private static List<String> marks(TurnShape shape) {
    String system = shape.system() instanceof SystemShape.First first ? first.before() : "";
    return Stream.of(shape.question(), shape.questionEnd(), begin(shape.prompt()), begin(system))
        .filter(text -> !text.isEmpty())
        .distinct()
        .toList();
  }

  private static String begin(String text) {
    int end = text.indexOf('>');
    return end < 0 ? "" : text.substring(0, end + 1);
  }

  /// Holds a Go template that a person wrote against the model's own.
  ///
  /// @return what it does otherwise in unusual conversations; refused if it does in usual ones
  /// @throws GoTemplateException if it is no template that Ollama reads
  public static TemplateDecision compare(
      ModelTemplates model, boolean tokenizerAddsBos, String place, String template)
      throws GoTemplateException {
    OllamaTemplate go = OllamaTemplate.parse(place, template);
    Optional<String> name = model.choose(null, false);
    if (name.isEmpty()) {
      return none(model);
    }
    String chosen = name.get();
    try {
      ChatTemplate own = ChatTemplate.parse(model.place(chosen), model.source(chosen));
      Jinja jinja = new Jinja(own, model.tokens(), !tokenizerAddsBos);
      return new Proven(template, "", List.of(), new TemplateProof(jinja, go).prove());
    } catch (TemplateException e) {
      return new Refused(Refusal.FAILS, String.valueOf(e.getMessage()));
    } catch (TemplateProof.DiffersException e) {
      return new Refused(Refusal.DIFFERS, String.valueOf(e.getMessage()));
    }
  }
}
