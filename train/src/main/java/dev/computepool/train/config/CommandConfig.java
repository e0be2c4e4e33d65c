package dev.computepool.train.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The program of runtime {@link RuntimeName#COMMAND}.
///
/// @param argv the program and its arguments; no shell reads them
/// @param folder that it works in
/// @param env variables that it gets besides those that are there
public record CommandConfig(List<String> argv, Path folder, Map<String, String> env) {
  public CommandConfig {
    argv = List.copyOf(argv);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
  }
}
