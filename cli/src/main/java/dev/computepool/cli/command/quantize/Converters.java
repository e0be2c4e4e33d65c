package dev.computepool.cli.command.quantize;

import dev.computepool.cli.config.Suggestions;
import dev.computepool.gguf.GgmlType;
import dev.computepool.llama.FileType;
import dev.computepool.llama.MetadataOverride;
import dev.computepool.llama.QuantizeSettings.TensorRule;
import dev.computepool.llama.quantize.TensorTypes;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;

/// How the values of the options are read. The library's own words say what is wrong with one.
final class Converters {
  private Converters() {}

  /// A type of a whole model, in any case.
  static final class FileTypes implements ITypeConverter<FileType>, Iterable<String> {
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

  /// A type of a single tensor, in any case.
  static final class TensorType implements ITypeConverter<GgmlType> {
    @Override
    public GgmlType convert(String value) {
      return TensorTypes.parse(value);
    }
  }

  /// `PATTERN=TYPE`.
  static final class Rule implements ITypeConverter<TensorRule> {
    @Override
    public TensorRule convert(String value) {
      return TensorTypes.parseRule(value);
    }
  }

  /// `KEY=TYPE:VALUE`.
  static final class Metadata implements ITypeConverter<MetadataOverride> {
    @Override
    public MetadataOverride convert(String value) {
      return MetadataOverride.parse(value);
    }
  }
}
