package dev.computepool.bench.hash;

import dev.computepool.hash.HashEngine.KernelKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// One way to get through a file.
public sealed interface HashCase {
  /// BLAKE3 with these inner loops on so many threads.
  record Blake3(KernelKind kernel, int threads) implements HashCase {
    @Override
    public String toString() {
      return "blake3/" + kernel.name().toLowerCase(Locale.ROOT) + "/" + threads;
    }
  }

  /// SHA-256, as hubs publish it, on one thread.
  record Sha256() implements HashCase {
    @Override
    public String toString() {
      return "sha256";
    }
  }

  /// Reading the file and nothing else, on one thread: what hashing cannot be faster than there.
  record Read() implements HashCase {
    @Override
    public String toString() {
      return "read";
    }
  }

  /// The case of this text, as {@code toString} writes it.
  static HashCase parse(String text) {
    String[] words = text.split("/", -1);
    return switch (words[0]) {
      case "blake3" ->
          new Blake3(
              KernelKind.valueOf(words[1].toUpperCase(Locale.ROOT)), Integer.parseInt(words[2]));
      case "sha256" -> new Sha256();
      case "read" -> new Read();
      default -> throw new IllegalArgumentException("unknown case: " + text);
    };
  }

  /// Every kernel with one thread and with `threads`, SHA-256, and a plain read.
  static List<HashCase> all(int threads) {
    List<HashCase> cases = new ArrayList<>();
    for (KernelKind kernel : KernelKind.values()) {
      IntStream.of(1, threads).distinct().forEach(n -> cases.add(new Blake3(kernel, n)));
    }
    cases.add(new Sha256());
    cases.add(new Read());
    return List.copyOf(cases);
  }
}
