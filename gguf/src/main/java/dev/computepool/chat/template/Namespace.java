package dev.computepool.chat.template;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `namespace()` makes: the only value whose parts a template can set.
final class Namespace implements Value {
  private final Map<String, Value> fields = new LinkedHashMap<>();

  @Nullable Value get(String name) {
    return fields.get(name);
  }

  void set(String name, Value value) {
    fields.put(name, value);
  }

  /// Its fields as a dict, such as it is printed.
  Dict dict() {
    Dict.Builder dict = new Dict.Builder();
    fields.forEach((name, value) -> dict.put(new Str(name), value));
    return dict.build();
  }

  @Override
  public boolean truth() {
    return true;
  }

  @Override
  public String type() {
    return "Namespace";
  }
}
