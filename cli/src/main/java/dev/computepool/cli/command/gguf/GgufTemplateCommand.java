package dev.computepool.cli.command.gguf;

import dev.computepool.chat.template.ChatInput;
import dev.computepool.chat.template.ChatTemplate;
import dev.computepool.chat.template.ConversationFile;
import dev.computepool.chat.template.ModelTemplates;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.NotFoundException;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.output.Output;
import dev.computepool.publish.modelfile.GoTemplates;
import dev.computepool.publish.modelfile.ModelSettings;
import dev.computepool.publish.modelfile.SpecialTokens;
import dev.computepool.publish.modelfile.TemplateDecision;
import dev.computepool.publish.modelfile.TemplateDecision.Proven;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp gguf template`: a model's chat template, or the text that it makes of a conversation.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp gguf template Model.gguf                        # the template itself",
      "  cp gguf template Model.gguf --messages chat.json   # what the model would see",
      "  cp gguf template model/ --messages chat.json --tools tools.json",
      "  cp gguf template chat.jinja --messages chat.json --bos '<s>' --json",
      "  cp gguf template Model.gguf --go > chat.gotmpl     # for Ollama",
      "",
      "chat.json is a list of messages, [{\"role\": \"user\", \"content\": \"Hello\"}], or",
      "an object with 'messages' and whatever else the template asks for. The text is",
      "written as it is, without a newline after it. --json also says which characters",
      "are which turn, and which of them the assistant says. --go asks the template",
      "what it writes, makes a Go template of that, and has both write some hundred",
      "conversations: what is shown writes the same to the last character."
    })
public final class GgufTemplateCommand extends Command {
  @Parameters(
      paramLabel = "MODEL.gguf|DIR|FILE.jinja",
      description = "A model, the folder of one, or a template.")
  private Path model = Path.of("");

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Which of several templates; default: the usual one, or with tools that for them.")
  private @Nullable String name;

  @Option(
      names = "--messages",
      paramLabel = "FILE.json",
      description = "The conversation to make a text of.")
  private @Nullable Path messages;

  @Option(
      names = "--tools",
      paramLabel = "FILE.json",
      description = "The tools that the model may call, a list of their JSON schemas.")
  private @Nullable Path tools;

  @Option(
      names = "--add-generation-prompt",
      description = "End with what the assistant's answer begins with.")
  private boolean generationPrompt;

  @Option(
      names = "--bos",
      paramLabel = "TEXT",
      description = "The token that begins a text; default: the model's.")
  private @Nullable String bos;

  @Option(
      names = "--eos",
      paramLabel = "TEXT",
      description = "The token that ends a text; default: the model's.")
  private @Nullable String eos;

  @Option(
      names = "--go",
      description =
          "Show it as a Go template for Ollama, which is proven to write the same; what differs"
              + " beyond usual conversations is told.")
  private boolean go;

  public GgufTemplateCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    if (go && (messages != null || tools != null || generationPrompt)) {
      throw new UsageException("--go shows a template, --messages a text: ask for one of them");
    }
    boolean tokens = bos != null || eos != null;
    if (messages == null && (tools != null || generationPrompt || (tokens && !go))) {
      throw new UsageException(
          "--tools, --add-generation-prompt, --bos and --eos need --messages",
          "without a conversation, the template itself is shown; --go takes --bos and --eos too");
    }
    ModelTemplates templates = ModelTemplates.read(model);
    if (templates.templates().isEmpty()) {
      throw new NotFoundException(
          model + " has no chat template",
          "'gguf set --text tokenizer.chat_template=FILE.jinja' gives a GGUF file one");
    }
    String chosen = templates.choose(name, tools != null).orElseThrow(() -> unknown(templates));
    if (go) {
      showGo(out, templates, chosen);
    } else if (messages == null) {
      showSource(out, templates, chosen);
    } else {
      showText(out, templates, chosen, messages);
    }
    return ExitCode.DONE;
  }

  private NotFoundException unknown(ModelTemplates templates) {
    String names = String.join(", ", templates.templates().keySet());
    return new NotFoundException(
        name == null
            ? "%s has several chat templates and none is the usual one".formatted(model)
            : "%s has no chat template '%s'".formatted(model, name),
        "--name takes one of: " + names);
  }

  private void showSource(Output out, ModelTemplates templates, String chosen) throws IOException {
    if (out.options().json()) {
      out.show(TemplateReport.source(model, templates, chosen));
      return;
    }
    if (templates.templates().size() > 1 && name == null) {
      out.note(
          "this is '%s' of the templates %s; --name shows another"
              .formatted(chosen, String.join(", ", templates.templates().keySet())));
    }
    out.write(templates.source(chosen));
  }

  private void showText(Output out, ModelTemplates templates, String chosen, Path conversation)
      throws IOException {
    ChatInput input =
        ConversationFile.read(conversation)
            .withTexts(tokens(templates))
            .withGenerationPrompt(generationPrompt);
    if (tools != null) {
      input = input.with("tools", ConversationFile.readTools(tools));
    }
    ChatTemplate template = ChatTemplate.parse(templates.place(chosen), templates.source(chosen));
    if (out.options().json()) {
      out.show(TemplateReport.text(model, chosen, template.renderTurns(input)));
    } else {
      out.write(template.render(input).text());
    }
  }

  private SequencedMap<String, String> tokens(ModelTemplates templates) {
    SequencedMap<String, String> tokens = new LinkedHashMap<>(templates.tokens());
    if (bos != null) {
      tokens.put("bos_token", bos);
    }
    if (eos != null) {
      tokens.put("eos_token", eos);
    }
    return tokens;
  }

  private void showGo(Output out, ModelTemplates templates, String chosen) throws IOException {
    ModelTemplates known = new ModelTemplates(model, templates.templates(), tokens(templates));
    SpecialTokens special = SpecialTokens.read(model);
    TemplateDecision decision = GoTemplates.of(known, chosen, special.addsBos());
    Proven proven = decision.orElseThrow(templates.place(chosen));
    ModelSettings settings =
        ModelSettings.of(proven, special, model.resolve("generation_config.json"));
    GoTemplateReport report = GoTemplateReport.of(model, chosen, proven, settings);
    if (out.options().json()) {
      out.show(report);
      return;
    }
    report.notes().forEach(out::note);
    settings.warnings().forEach(out::warn);
    out.write(proven.template());
  }
}
