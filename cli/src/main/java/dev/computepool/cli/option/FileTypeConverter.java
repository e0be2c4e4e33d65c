package dev.computepool.cli.option;

import dev.computepool.cli.config.Suggestions;
import dev.computepool.llama.FileType;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;

/// A type of a whole model, in any case, such as `q4_k_m`.
public class FileTypeConverter implements ITypeConverter<FileType>, Iterable<String> {
  private final List<String> words;

  public FileTypeConverter() {
    this(List.of());
  }

  private FileTypeConverter(List<FileType> without) {
    words =
        FileType.words().stream()
            .map(word -> word.toLowerCase(Locale.ROOT))
            .filter(word -> without.stream().noneMatch(t -> word.equalsIgnoreCase(t.name())))
            .toList();
  }

  /// A type that others get: every one but that in which nothing changes.
  public static final class Published extends FileTypeConverter {
    public Published() {
      super(List.of(FileType.COPY));
    }
  }

  @Override
  public FileType convert(String value) {
    return FileType.of(value)
        .filter(type -> words.contains(type.name().toLowerCase(Locale.ROOT)))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is no type%s; there are %s"
                        .formatted(
                            value,
                            Suggestions.nearest(value.toLowerCase(Locale.ROOT), words)
                                .map(near -> ", perhaps '" + near + "'")
                                .orElse(""),
                            String.join(", ", words))));
  }

  @Override
  public Iterator<String> iterator() {
    return words.iterator();
  }
}
