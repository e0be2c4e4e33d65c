package dev.computepool.cli.command.quantize;

import dev.computepool.gguf.GgmlType;
import dev.computepool.llama.MetadataOverride;
import dev.computepool.llama.QuantizeSettings.TensorRule;
import dev.computepool.llama.quantize.TensorTypes;
import picocli.CommandLine.ITypeConverter;

/// How the values of the options are read. The library's own words say what is wrong with one.
final class Converters {
  private Converters() {}

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
