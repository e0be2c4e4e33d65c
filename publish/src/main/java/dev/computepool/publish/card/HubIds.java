package dev.computepool.publish.card;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Names of repositories of the Hub, such as `Qwen/Qwen2.5-0.5B`.
public final class HubIds {
  private static final int MAX_LENGTH = 96;
  private static final String PART = "[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?";
  private static final Pattern ID = Pattern.compile("(?:" + PART + "/)?" + PART);
  private static final Pattern CACHED =
      Pattern.compile("(?:.*[/\\\\])?models--(.+?)[/\\\\]snapshots[/\\\\].*");

  private HubIds() {}

  /// Whether a text can be one.
  public static boolean isId(String text) {
    return text.length() <= MAX_LENGTH
        && ID.matcher(text).matches()
        && !text.contains("--")
        && !text.contains("..")
        && !text.endsWith(".git");
  }

  /// Whether a text can be one with the name of its owner, which no plain word is.
  public static boolean isOwned(String text) {
    return text.contains("/") && isId(text);
  }

  /// The repository that a folder in the cache of Hugging Face's tools is a snapshot of.
  public static Optional<String> ofCache(Path folder) {
    Matcher cached = CACHED.matcher(folder.toAbsolutePath().normalize() + "/");
    return cached.matches()
        ? Optional.of(cached.group(1).replace("--", "/")).filter(HubIds::isId)
        : Optional.empty();
  }
}
