package dev.computepool.cli.command.gguf;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.ByteSize;
import dev.computepool.base.DiskSpace;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.NotFoundException;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.config.Suggestions;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataEdit;
import dev.computepool.gguf.MetadataEdit.Change;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp gguf set`: other metadata, the same tensors.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp gguf set Model.gguf general.name='My model' general.license=mit",
      "  cp gguf set Model.gguf --text tokenizer.chat_template=template.jinja",
      "  cp gguf set Model.gguf general.tags:string[]='[\"chat\"]' -o New.gguf",
      "  cp gguf set Model.gguf --remove tokenizer.chat_template --dry-run",
      "",
      "A change that moves nothing is written into the file; any other makes a copy",
      "that takes its place when it is complete. Types: uint8 to int64, float32,",
      "float64, bool, string, and each with [] for an array, which is written as JSON."
    })
public final class GgufSetCommand extends Command {
  private static final long MAX_TEXT = 64 << 20;

  @Parameters(index = "0", paramLabel = "FILE.gguf", description = "The file to change.")
  private Path file = Path.of("");

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "KEY[:TYPE]=VALUE",
      description = "What a key is to hold; a new key needs a type.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--text",
      paramLabel = "KEY=PATH",
      description = "Set a key to the text of a file; repeatable.")
  private List<String> texts = new ArrayList<>();

  @Option(names = "--remove", paramLabel = "KEY", description = "Remove a key; repeatable.")
  private List<String> removals = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT.gguf",
      description = "Write a new file, and leave this one as it is.")
  private @Nullable Path output;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Show what would change, and write nothing.")
  private boolean dryRun;

  @Option(names = "--force", description = "Replace OUT.gguf if it exists.")
  private boolean force;

  public GgufSetCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    if (assignments.isEmpty() && texts.isEmpty() && removals.isEmpty()) {
      throw new UsageException(
          "nothing to set: missing KEY=VALUE", "'gguf info' lists the keys of a file");
    }
    Metadata before = GgufFile.readHeader(file).metadata();
    List<Change> changes = changes(before);
    MetadataEdit edit = MetadataEdit.plan(file, changes);
    Edited report = Edited.of(edit, before, changes, output);
    if (output != null) {
      AtomicFile.check(output, force);
    }
    if (dryRun) {
      if (report.isCopy()) {
        DiskSpace.require(output == null ? file : output, edit.layout().fileSize());
      }
      out.note("dry run: nothing was written");
    } else if (output != null) {
      edit.write(output, force, out.progress());
    } else {
      edit.apply(out.progress());
    }
    out.show(report);
    return ExitCode.DONE;
  }

  private List<Change> changes(Metadata before) throws IOException {
    List<Change> changes = new ArrayList<>();
    for (String key : removals) {
      if (!before.contains(key)) {
        throw new NotFoundException(
            "%s has no metadata key '%s'".formatted(file, key),
            Suggestions.nearest(key, before.keys())
                .map("did you mean '%s'?"::formatted)
                .orElse("'gguf info' lists the keys"));
      }
      changes.add(new Change.Remove(key));
    }
    for (String argument : assignments) {
      Assignment assignment = Assignment.parse(argument);
      changes.add(new Change.Put(assignment.key(), assignment.in(before)));
    }
    for (String argument : texts) {
      Assignment text = Assignment.parse(argument);
      Path path = Path.of(text.value());
      if (Files.size(path) > MAX_TEXT) {
        throw new UsageException("%s is larger than 64 MiB, which no text is".formatted(path));
      }
      MetadataType type = before.get(text.key()).map(MetadataValue::type).orElse(null);
      if (type != null && type != MetadataType.STRING) {
        throw new UsageException("%s is %s, not a string".formatted(text.key(), type));
      }
      changes.add(new Change.Put(text.key(), MetadataValue.Text.of(Files.readAllBytes(path))));
    }
    return changes;
  }

  /// What happens to one key.
  ///
  /// @param before null if it is new
  /// @param after null if it goes
  private record Key(String key, @Nullable MetadataView before, @Nullable MetadataView after) {
    static Key of(Change change, Metadata before) {
      MetadataView old = before.get(change.key()).map(MetadataView::of).orElse(null);
      return switch (change) {
        case Change.Put(String key, MetadataValue value) ->
            new Key(key, old, MetadataView.of(value));
        case Change.Remove(String key) -> new Key(key, old, null);
      };
    }
  }

  /// @param path what has the new metadata
  /// @param how `unchanged`, `in_place` or `copied`
  private record Edited(String path, String how, long fileBytes, List<Key> changes)
      implements Report {
    static Edited of(
        MetadataEdit edit, Metadata before, List<Change> changes, @Nullable Path output) {
      String how =
          output != null || edit.patch() == null
              ? "copied"
              : edit.isNothing() ? "unchanged" : "in_place";
      return new Edited(
          (output == null ? edit.source() : output).toString(),
          how,
          edit.layout().fileSize(),
          changes.stream().map(c -> Key.of(c, before)).toList());
    }

    private boolean isCopy() {
      return how.equals("copied");
    }

    @Override
    public void print(Text out) {
      Table table = new Table().left("key").left("before").left("after");
      for (Key key : changes) {
        table.row(key.key(), text(key.before()), text(key.after()));
      }
      out.table(table);
      out.blank();
      out.line(
          "%s: %s"
              .formatted(
                  path,
                  switch (how) {
                    case "unchanged" -> "as it was already";
                    case "in_place" -> "changed in place";
                    default -> ByteSize.format(fileBytes) + ", written anew";
                  }));
    }

    private static String text(@Nullable MetadataView value) {
      return value == null ? "(none)" : value.text();
    }
  }
}
