package dev.computepool.cli.option;

import dev.computepool.cli.config.Suggestions;
import dev.computepool.llama.FileType;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;

/// A type of a whole model, in any case, such as `q4_k_m`.
public final class FileTypeConverter implements ITypeConverter<FileType>, Iterable<String> {
  private static List<String> words() {
    return FileType.words().stream().map(w -> w.toLowerCase(Locale.ROOT)).toList();
  }

  @Override
  public FileType convert(String value) {
    return FileType.of(value)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is no type%s; there are %s"
                        .formatted(
                            value,
                            Suggestions.nearest(value.toLowerCase(Locale.ROOT), words())
                                .map(near -> ", perhaps '" + near + "'")
                                .orElse(""),
                            String.join(", ", words()))));
  }

  @Override
  public Iterator<String> iterator() {
    return words().iterator();
  }
}
