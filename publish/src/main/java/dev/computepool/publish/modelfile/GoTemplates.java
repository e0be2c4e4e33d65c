package dev.computepool.publish.modelfile;

import dev.computepool.chat.template.ChatTemplate;
import dev.computepool.chat.template.ModelTemplates;
import dev.computepool.chat.template.TemplateException;
import dev.computepool.publish.gotemplate.GoTemplateException;
import dev.computepool.publish.gotemplate.OllamaTemplate;
import dev.computepool.publish.modelfile.TemplateDecision.Proof;
import dev.computepool.publish.modelfile.TemplateDecision.Proven;
import dev.computepool.publish.modelfile.TemplateDecision.Refusal;
import dev.computepool.publish.modelfile.TemplateDecision.Refused;
import dev.computepool.publish.modelfile.TurnShape.SystemShape;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A model's own chat template as a Go template for Ollama, proven.
///
/// The model's template is asked what it writes; the texts between what is said make a Go template;
/// and both then write some hundred conversations, which must be the same to the last character.
public final class GoTemplates {
  private GoTemplates() {}

  /// Decides for a model.
  ///
  /// @param model its templates and tokens
  /// @param tokenizerAddsBos whether its tokenizer begins each text with the token for that, as all
  ///     do that do not say otherwise; where it does not, the Go template must
  public static TemplateDecision of(ModelTemplates model, boolean tokenizerAddsBos) {
    Optional<String> name = model.choose(null, false);
    if (name.isEmpty()) {
      return new Refused(
          Refusal.NONE,
          model.templates().isEmpty()
              ? model.path() + " has no chat template"
              : "%s has the chat templates %s, and none is the usual one"
                  .formatted(model.path(), String.join(", ", model.templates().keySet())));
    }
    return of(model, name.get(), tokenizerAddsBos);
  }

  /// Decides for one of a model's templates.
  ///
  /// @throws IllegalArgumentException if there is none of that name
  public static TemplateDecision of(ModelTemplates model, String name, boolean tokenizerAddsBos) {
    // A template alone, in a file of its own, does not say which tokens it writes.
    boolean alone = !Files.isDirectory(model.path()) && !model.path().toString().endsWith(".gguf");
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
      return of(jinja, new ShapeFinder(jinja).find());
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
    String template = ShapeWriter.write(shape);
    try {
      Proof proof = new TemplateProof(jinja, OllamaTemplate.parse("template", template)).prove();
      return new Proven(
          template, shape.answerEnd(), marks(shape), jinja.writesBos(Chat.of("u", "Hello")), proof);
    } catch (GoTemplateException e) {
      throw new AssertionError("the Go template is none:\n" + template, e);
    } catch (TemplateProof.DiffersException e) {
      Chat chat = Chat.of("u", "Hello");
      boolean dated =
          Dates.OTHERS.stream()
              .anyMatch(
                  day ->
                      !jinja
                          .at(day)
                          .text(chat, true)
                          .equals(jinja.at(Dates.PROBE).text(chat, true)));
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
      return new Refused(Refusal.NONE, model.path() + " has no chat template to compare with");
    }
    String chosen = name.get();
    try {
      ChatTemplate own = ChatTemplate.parse(model.place(chosen), model.source(chosen));
      Jinja jinja = new Jinja(own, model.tokens(), !tokenizerAddsBos);
      Proof proof = new TemplateProof(jinja, go).prove();
      return new Proven(template, "", List.of(), jinja.writesBos(Chat.of("u", "Hello")), proof);
    } catch (TemplateException e) {
      return new Refused(Refusal.FAILS, String.valueOf(e.getMessage()));
    } catch (TemplateProof.DiffersException e) {
      return new Refused(Refusal.DIFFERS, String.valueOf(e.getMessage()));
    }
  }
}
