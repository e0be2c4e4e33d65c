package dev.computepool.base;

import java.net.URI;
import java.net.URL;
import java.nio.file.Path;

/// Where classes come from: what lies beside their jar is found by it.
public final class CodeLocation {
  private CodeLocation() {}

  /// The jar, or the folder, that a class comes from.
  public static Path of(Class<?> type) {
    // Not by the class's code source: of one that comes from a start-up cache it is unknown.
    String name = type.getName().replace('.', '/') + ".class";
    URL url = type.getClassLoader().getResource(name);
    if (url == null) {
      throw new IllegalStateException("nothing is known of where " + name + " comes from");
    }
    String file = url.toString();
    String inJar = "!/" + name;
    boolean jar = file.startsWith("jar:") && file.endsWith(inJar);
    return Path.of(
        URI.create(
            jar
                ? file.substring("jar:".length(), file.length() - inJar.length())
                : file.substring(0, file.length() - name.length())));
  }
}
