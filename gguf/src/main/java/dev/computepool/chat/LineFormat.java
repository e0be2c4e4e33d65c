package dev.computepool.chat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// How training data writes an example as a line of JSON. Fields that a format does not know are
/// kept.
///
/// @see <a href="https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md">Alpaca and
///     ShareGPT as LLaMA-Factory reads them</a>
public enum LineFormat {
  /// `{"messages": [{"role": "user", "content": "…"}, …], "meta": {…}}`.
  CHATML("messages"),
  /// `{"instruction": "…", "input": "…", "output": "…", "system": "…", "history": [["…", "…"]]}`.
  ALPACA("instruction"),
  /// `{"conversations": [{"from": "human", "value": "…"}, …], "system": "…"}`.
  SHAREGPT("conversations"),
  /// `{"text": "…"}`.
  TEXT("text");

  private final String mark;

  LineFormat(String mark) {
    this.mark = mark;
  }

  /// As options and messages name it, such as `chatml`.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The field that every line of this format has, and no line of another.
  String mark() {
    return mark;
  }

  /// The fields that mean something to this format; all others are kept as they are.
  Set<String> keys() {
    return switch (this) {
      case CHATML -> Set.of("messages");
      case ALPACA -> Set.of("instruction", "input", "output", "system", "history");
      case SHAREGPT -> Set.of("conversations", "system");
      case TEXT -> Set.of("text");
    };
  }

  /// The format of a line, told by its fields; empty if it is no JSON object or has the marks of
  /// none.
  public static Optional<LineFormat> detect(byte[] bytes, int from, int to) {
    Set<String> names = LineParser.names(bytes, from, to);
    return List.of(values()).stream().filter(f -> names.contains(f.mark)).findFirst();
  }

  /// Reads one line: all of its problems, or its example.
  ///
  /// @param to the end of the line, without the characters that end it
  public Reading read(byte[] bytes, int from, int to) {
    return LineParser.read(this, bytes, from, to);
  }

  /// Writes one line in UTF-8, without a line end.
  ///
  /// @throws InexpressibleException if this format has no place for something in `example`
  public byte[] write(Example example) throws InexpressibleException {
    return LineWriter.write(this, example);
  }
}
