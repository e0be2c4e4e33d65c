package dev.computepool.cli.config;

import dev.computepool.base.ByteSize;
import dev.computepool.cli.output.OutputOptions.ColorMode;
import dev.computepool.cli.output.OutputOptions.ProgressMode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// One setting: its name in files, the environment variable that overrides it, its default.
public enum ConfigKey {
  COLOR("color", "auto", "Colour on a terminal: auto, always or never") {
    @Override
    public void check(String value) {
      constant(ColorMode.class, value);
    }
  },
  CRAWL_CACHE(
      "crawl.cache",
      "",
      "Where fetched pages are kept; default: a folder in the cache of the user") {
    @Override
    public void check(String value) {
      // Any path will do; what is wrong with one is told when it is used.
    }

    @Override
    public boolean isPath(String value) {
      return !value.isEmpty();
    }
  },
  LLAMA_LIB("llama.lib", "", "A llama.cpp library of your own: its file or its folder") {
    @Override
    public void check(String value) {
      // Whether it is there is told by what uses it: a folder may be mounted later.
    }

    @Override
    public boolean isPath(String value) {
      return !value.isEmpty();
    }
  },
  OFFLINE("offline", "false", "Whether the network must not be used: true or false") {
    @Override
    public void check(String value) {
      bool(value);
    }
  },
  PROGRESS("progress", "auto", "How progress is shown: auto, plain or none") {
    @Override
    public void check(String value) {
      constant(ProgressMode.class, value);
    }
  },
  PYTHON("python", "python3", "The Python that trains, of runtimes that need one") {
    @Override
    public void check(String value) {
      // Whether it is there is told by what uses it.
    }

    @Override
    public boolean isPath(String value) {
      return value.contains("/"); // else a program that is looked for on PATH
    }
  },
  SEARCH_KEY("search.key", "", "Key of the search service; its own variable goes before it") {
    @Override
    public void check(String value) {
      // Only the service knows its keys.
    }

    @Override
    public boolean isSecret() {
      return true;
    }
  },
  SEARCH_SERVICE(
      "search.service",
      "valueserp",
      "Who searches: valueserp, brave, serper, searxng or infernet") {
    @Override
    public void check(String value) {
      List<String> services = List.of("valueserp", "brave", "serper", "searxng", "infernet");
      if (!services.contains(value.toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException(
            "'%s' is none of %s".formatted(value, String.join(", ", services)));
      }
    }
  },
  SEARCH_URL("search.url", "", "Where the search service is; default: its public address") {
    @Override
    public void check(String value) {
      if (!value.isEmpty() && !value.matches("https?://[^\\s@]+")) {
        throw new IllegalArgumentException("'%s' is no http or https URL".formatted(value));
      }
    }
  },
  SHARD_SIZE("shard.size", "512MiB", "What 'shard split' aims at for one shard") {
    @Override
    public void check(String value) {
      if (ByteSize.parse(value).bytes() < 1) {
        throw new IllegalArgumentException("a shard has at least 1 byte");
      }
    }
  },
  THREADS("threads", "0", "Threads that compute; 0 for one a core") {
    @Override
    public void check(String value) {
      threads(value);
    }
  };

  private final String key;
  private final String defaultValue;
  private final String description;

  ConfigKey(String key, String defaultValue, String description) {
    this.key = key;
    this.defaultValue = defaultValue;
    this.description = description;
  }

  /// The name in a file, such as `shard.size`.
  public String key() {
    return key;
  }

  /// The environment variable, such as `COMPUTEPOOL_SHARD_SIZE`.
  public String variable() {
    return "COMPUTEPOOL_" + name();
  }

  public String defaultValue() {
    return defaultValue;
  }

  public String description() {
    return description;
  }

  /// Whether its value is shown to nobody.
  public boolean isSecret() {
    return false;
  }

  /// Whether `value` names a file or folder, in a file of settings as seen from that file.
  public boolean isPath(String value) {
    return false;
  }

  /// The setting called `key` in a file.
  public static Optional<ConfigKey> of(String key) {
    return Arrays.stream(values()).filter(k -> k.key.equals(key)).findFirst();
  }

  /// Whether `value` can be this setting's.
  ///
  /// @throws IllegalArgumentException if not, saying what can be
  public abstract void check(String value);

  static <E extends Enum<E>> E constant(Class<E> type, String value) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(value)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "'%s' is none of %s"
            .formatted(
                value,
                Arrays.stream(type.getEnumConstants())
                    .map(c -> c.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "))));
  }

  static boolean bool(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes", "on" -> true;
      case "false", "0", "no", "off" -> false;
      default ->
          throw new IllegalArgumentException("'%s' is neither true nor false".formatted(value));
    };
  }

  static int threads(String value) {
    try {
      int threads = Integer.parseInt(value);
      if (threads >= 0 && threads <= 1024) {
        return threads;
      }
    } catch (NumberFormatException e) {
      // Said below in the same words as a number out of range.
    }
    throw new IllegalArgumentException(
        "'%s' is no number of threads from 0 to 1024".formatted(value));
  }
}
