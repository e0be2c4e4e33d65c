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
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp gguf template`: a model's chat template, or the text that it makes of a conversation.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp gguf template Model.gguf                            # the template itself",
      "  cp gguf template Model.gguf --messages chat.json       # what the model would see",
      "  cp gguf template model/ --messages chat.json --tools tools.json --add-generation-prompt",
      "  cp gguf template chat.jinja --messages chat.json --bos '<s>' --json | jq .turns",
      "",
      "chat.json is a list of messages, [{\"role\": \"user\", \"content\": \"Hello\"}], or an"
          + " object with",
      "'messages' and whatever else the template asks for. The text is written as it is, without a",
      "newline after it. --json also says which characters are which turn, and which of them the",
      "assistant says."
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

  public GgufTemplateCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    if (messages == null && (tools != null || generationPrompt || bos != null || eos != null)) {
      throw new UsageException(
          "--tools, --add-generation-prompt, --bos and --eos need --messages",
          "without a conversation, the template itself is shown");
    }
    ModelTemplates templates = ModelTemplates.read(model);
    if (templates.templates().isEmpty()) {
      throw new NotFoundException(
          model + " has no chat template",
          "'gguf set --text tokenizer.chat_template=FILE.jinja' gives a GGUF file one");
    }
    String chosen = templates.choose(name, tools != null).orElseThrow(() -> unknown(templates));
    if (messages == null) {
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
    Map<String, String> tokens = new HashMap<>(templates.tokens());
    if (bos != null) {
      tokens.put("bos_token", bos);
    }
    if (eos != null) {
      tokens.put("eos_token", eos);
    }
    ChatInput input =
        ConversationFile.read(conversation)
            .withTexts(tokens)
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
}
