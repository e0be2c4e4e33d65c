package dev.computepool.chat.template;

import dev.computepool.chat.template.Value.Int;
import dev.computepool.chat.template.Value.None;
import dev.computepool.chat.template.Value.Str;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which part of an item a filter looks at, such as `function.name`; nothing for the item itself.
///
/// @param absent what stands for a part that is not there
record AttributePath(List<Value> keys, @Nullable Value absent) {
  static AttributePath of(@Nullable Value attribute, @Nullable Value absent) {
    Value defaultValue = absent == None.NONE ? null : absent;
    return switch (attribute) {
      case null -> new AttributePath(List.of(), defaultValue);
      case None _ -> new AttributePath(List.of(), defaultValue);
      case Str(String path, boolean _) -> new AttributePath(keys(path), defaultValue);
      default -> new AttributePath(List.of(attribute), defaultValue);
    };
  }

  /// Several paths with commas between them.
  static List<AttributePath> several(@Nullable Value attribute) {
    if (!(attribute instanceof Str(String paths, boolean _))) {
      return List.of(of(attribute, null));
    }
    List<AttributePath> all = new ArrayList<>();
    for (String path : paths.split(",", -1)) {
      all.add(new AttributePath(keys(path), null));
    }
    return all;
  }

  private static List<Value> keys(String path) {
    List<Value> keys = new ArrayList<>();
    for (String key : path.split("\\.", -1)) {
      boolean index = !key.isEmpty() && key.chars().allMatch(c -> c >= '0' && c <= '9');
      keys.add(index ? new Int(new BigInteger(key)) : new Str(key));
    }
    return keys;
  }

  Value get(Value item, RenderContext context) {
    Value value = item;
    for (Value key : keys) {
      value = context.attributes().item(value, key);
      if (absent != null && value instanceof Value.Undefined) {
        value = absent;
      }
    }
    return value;
  }
}
