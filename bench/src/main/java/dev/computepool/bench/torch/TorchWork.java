package dev.computepool.bench.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Something that libtorch does with tensors.
public sealed interface TorchWork {
  /// The product of two square matrices.
  ///
  /// @param size rows of each
  record Product(NumberType type, int size) implements TorchWork {
    @Override
    public double units() {
      return 2.0 * size * size * size;
    }

    @Override
    public String toString() {
      return "product/%s/%d".formatted(type.label(), size);
    }
  }

  /// Bytes that come and go.
  ///
  /// @param bytes of the tensor
  record Transfer(Way way, long bytes) implements TorchWork {
    @Override
    public double units() {
      // A copy within a memory reads and writes it.
      return way == Way.COPY ? 2.0 * bytes : bytes;
    }

    @Override
    public String toString() {
      return "%s/%d".formatted(way.label(), bytes);
    }
  }

  /// Which way bytes go.
  enum Way {
    /// From one tensor to another on the device.
    COPY,
    /// From a tensor on the device into its sum.
    READ,
    /// From this machine's memory to the device's.
    UPLOAD,
    /// From the device's memory to this machine's.
    DOWNLOAD;

    /// Its name in reports.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// Whether it goes between two memories.
    boolean isBetweenMemories() {
      return this == UPLOAD || this == DOWNLOAD;
    }
  }

  /// Types of numbers, with the codes that TorchScript has for them.
  enum NumberType {
    F32(6),
    BF16(15),
    F16(5);

    private final int code;

    NumberType(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    /// Its name in reports.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What there is to do: floating-point operations of a product, bytes otherwise.
  double units();

  /// The work of this text, as {@code toString} writes it.
  static TorchWork parse(String text) {
    String[] words = text.split("/", -1);
    return words[0].equals("product")
        ? new Product(
            NumberType.valueOf(words[1].toUpperCase(Locale.ROOT)), Integer.parseInt(words[2]))
        : new Transfer(Way.valueOf(words[0].toUpperCase(Locale.ROOT)), Long.parseLong(words[1]));
  }

  /// Products of every type and size, the smallest of a type first, then all transfers.
  static List<TorchWork> all(List<Integer> sizes, long bytes) {
    List<TorchWork> all = new ArrayList<>();
    for (NumberType type : NumberType.values()) {
      sizes.stream().sorted().distinct().forEach(size -> all.add(new Product(type, size)));
    }
    for (Way way : Way.values()) {
      all.add(new Transfer(way, bytes));
    }
    return all;
  }
}
