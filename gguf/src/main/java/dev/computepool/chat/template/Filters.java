package dev.computepool.chat.template;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The filters that there are: those of jinja2, with transformers' `tojson`.
///
/// Left out are `random`, `pprint` and `urlize`.
final class Filters {
  private static final Map<String, Filter> ALL = all();

  private Filters() {}

  static Set<String> names() {
    return ALL.keySet();
  }

  static Filter named(String name) {
    Filter filter = ALL.get(name);
    if (filter == null) {
      throw Fault.value("there is no filter '" + name + "'");
    }
    return filter;
  }

  private static Map<String, Filter> all() {
    Map<String, Filter> all = new HashMap<>();
    TextFilters.addTo(all);
    SequenceFilters.addTo(all);
    SelectionFilters.addTo(all);
    ValueFilters.addTo(all);
    return Map.copyOf(all);
  }
}
