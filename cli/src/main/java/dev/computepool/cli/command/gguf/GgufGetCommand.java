package dev.computepool.cli.command.gguf;

import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.NotFoundException;
import dev.computepool.cli.config.Suggestions;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataValue;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/// `cp gguf get`: one metadata value, whole; of an array one element a line.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp gguf get Model.gguf general.architecture",
      "  cp gguf get Model.gguf tokenizer.chat_template > template.jinja",
      "  cp gguf get Model.gguf tokenizer.ggml.tokens | head"
    })
public final class GgufGetCommand extends Command {
  @Parameters(index = "0", paramLabel = "FILE.gguf", description = "The file to look into.")
  private Path file = Path.of("");

  @Parameters(index = "1", paramLabel = "KEY", description = "A key that 'gguf info' lists.")
  private String key = "";

  public GgufGetCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    try (GgufFile model = GgufFile.open(file)) {
      Metadata metadata = model.header().metadata();
      MetadataValue value =
          metadata
              .get(key)
              .orElseThrow(
                  () ->
                      new NotFoundException(
                          "%s has no metadata key '%s'".formatted(file, key),
                          Suggestions.nearest(key, metadata.keys())
                              .map(near -> "did you mean '%s'?".formatted(near))
                              .orElse("'gguf info' lists the keys")));
      out.show(Value.of(key, value));
    }
    return ExitCode.DONE;
  }

  private record Value(
      String key, String type, @Nullable String elementType, @Nullable Object value)
      implements Report {
    static Value of(String key, MetadataValue value) {
      String elementType =
          value instanceof MetadataArray array ? array.elementType().toString() : null;
      return new Value(key, value.type().toString(), elementType, MetadataView.json(value));
    }

    @Override
    public void print(Text out) {
      if (value instanceof Iterable<?> elements) {
        elements.forEach(e -> out.raw(String.valueOf(e)));
      } else {
        out.raw(String.valueOf(value));
      }
    }
  }
}
