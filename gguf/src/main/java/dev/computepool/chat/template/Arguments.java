package dev.computepool.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a call hands over.
record Arguments(List<Value> positional, SequencedMap<String, Value> named) {
  static Arguments of(Value... positional) {
    return new Arguments(List.of(positional), java.util.Collections.emptyNavigableMap());
  }

  /// The arguments in the order of these parameters, those that were not given null.
  ///
  /// @param function as an error names it
  /// @param required how many of the parameters must be given, from the first on
  /// @throws Fault if one is missing, given twice, or not known
  @Nullable Value[] bind(String function, int required, String... parameters) {
    if (positional.size() > parameters.length) {
      throw Fault.value(
          "%s takes at most %d argument%s, got %d"
              .formatted(
                  function,
                  parameters.length,
                  parameters.length == 1 ? "" : "s",
                  positional.size()));
    }
    @Nullable Value[] bound = new Value[parameters.length];
    List<String> names = List.of(parameters);
    for (int i = 0; i < positional.size(); i++) {
      bound[i] = positional.get(i);
    }
    for (Map.Entry<String, Value> argument : named.entrySet()) {
      int index = names.indexOf(argument.getKey());
      if (index < 0) {
        throw Fault.value("%s takes no argument '%s'".formatted(function, argument.getKey()));
      }
      if (bound[index] != null) {
        throw Fault.value("%s is given '%s' twice".formatted(function, argument.getKey()));
      }
      bound[index] = argument.getValue();
    }
    for (int i = 0; i < required; i++) {
      if (bound[i] == null) {
        throw Fault.value("%s needs the argument '%s'".formatted(function, parameters[i]));
      }
    }
    return bound;
  }

  /// The arguments of a function that knows none by name.
  List<Value> bindPositional(String function, int min, int max) {
    if (!named.isEmpty()) {
      throw Fault.value(function + " takes no arguments by name");
    }
    if (positional.size() < min || positional.size() > max) {
      String expected = min == max ? Integer.toString(min) : min + " to " + max;
      throw Fault.value(
          "%s takes %s argument%s, got %d"
              .formatted(function, expected, expected.equals("1") ? "" : "s", positional.size()));
    }
    return positional;
  }

  /// These arguments, and one more before them.
  Arguments after(Value first) {
    List<Value> all = new ArrayList<>(positional.size() + 1);
    all.add(first);
    all.addAll(positional);
    return new Arguments(all, named);
  }

  /// These arguments without the first positional ones.
  Arguments from(int index) {
    return new Arguments(positional.subList(index, positional.size()), named);
  }

  void requireKnown(String function, Set<String> known) {
    for (String name : named.keySet()) {
      if (!known.contains(name)) {
        throw Fault.value("%s takes no argument '%s'".formatted(function, name));
      }
    }
  }
}
