package dev.computepool.crawl.source;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Well-known licence texts.
///
/// @see <a href="https://spdx.org/licenses/">SPDX names</a>
final class LicenceTexts {
  /// Words that only one of them has, without regard to case and line breaks.
  private static final Map<String, String> WORDS = words();

  private LicenceTexts() {}

  private static Map<String, String> words() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put(
        "permission is hereby granted, free of charge, to any person obtaining a copy", "MIT");
    words.put("apache license version 2.0", "Apache-2.0");
    words.put("mozilla public license version 2.0", "MPL-2.0");
    words.put("neither the name of the copyright holder nor the names", "BSD-3-Clause");
    words.put("redistribution and use in source and binary forms", "BSD-2-Clause");
    words.put("permission to use, copy, modify, and/or distribute this software", "ISC");
    words.put("gnu affero general public license version 3", "AGPL-3.0");
    words.put("gnu lesser general public license version 3", "LGPL-3.0");
    words.put("gnu general public license version 3", "GPL-3.0");
    words.put("gnu general public license version 2", "GPL-2.0");
    words.put("attribution-sharealike 4.0 international", "CC-BY-SA-4.0");
    words.put("attribution 4.0 international", "CC-BY-4.0");
    words.put("cc0 1.0 universal", "CC0-1.0");
    return words;
  }

  /// The licence that a text is, or null.
  static @Nullable String recognise(String text) {
    String plain = text.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    for (Map.Entry<String, String> entry : WORDS.entrySet()) {
      if (plain.contains(entry.getKey())) {
        return entry.getValue();
      }
    }
    return null;
  }
}
