package dev.computepool.publish.hub;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The name of a model repository.
///
/// @param namespace a user or an organization; null for the first models of all, which had none
/// @param name what it is called there
/// @see <a href="https://huggingface.co/docs/huggingface_hub/package_reference/utilities">
///     validate_repo_id</a>
public record RepoId(@Nullable String namespace, String name) {
  private static final int MOST = 96;
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9._-]+");

  public RepoId {
    String id = namespace == null ? name : namespace + "/" + name;
    for (String part : namespace == null ? List.of(name) : List.of(namespace, name)) {
      if (!PART.matcher(part).matches()) {
        throw wrong(id, "its parts are letters, digits, '-', '_' and '.'");
      }
      if ("-.".indexOf(part.charAt(0)) >= 0 || "-.".indexOf(part.charAt(part.length() - 1)) >= 0) {
        throw wrong(id, "no part may begin or end with '-' or '.'");
      }
    }
    if (id.contains("--") || id.contains("..")) {
      throw wrong(id, "'--' and '..' are not allowed");
    }
    if (name.endsWith(".git")) {
      throw wrong(id, "it must not end in .git");
    }
    if (id.length() > MOST) {
      throw wrong(id, "it has %d characters, the limit is %d".formatted(id.length(), MOST));
    }
  }

  /// Reads `NAMESPACE/NAME`.
  ///
  /// @throws IllegalArgumentException if it is none
  public static RepoId parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw wrong(text, "write it as ORG/NAME");
    }
    return new RepoId(text.substring(0, slash), text.substring(slash + 1));
  }

  /// Reads the name of a repository that is there: `NAMESPACE/NAME`, or `NAME` as `gpt2` is still
  /// called by many.
  ///
  /// @throws IllegalArgumentException if it is none
  public static RepoId parseExisting(String text) {
    return text.indexOf('/') < 0 ? new RepoId(null, text) : parse(text);
  }

  private static IllegalArgumentException wrong(String id, String why) {
    return new IllegalArgumentException("'%s' is no name of a repository: %s".formatted(id, why));
  }

  @Override
  public String toString() {
    return namespace == null ? name : namespace + "/" + name;
  }
}
