package dev.computepool.publish.git;

import dev.computepool.publish.http.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A repository somewhere else, and a branch of it.
///
/// @param url with `https:`, or `http:` for a server of one's own; without name and password
/// @param user who pushes; hubs take any name beside a token
/// @param token the password, or the token in place of one; null to push as nobody
public record GitRemote(String url, String branch, String user, @Nullable Secret token) {
  public GitRemote {
    require(url, branch);
    if (user.isEmpty()) {
      throw new IllegalArgumentException("the name of who pushes is empty");
    }
  }

  /// Checks an address and the name of a branch. Of an address with a password in it no error
  /// repeats anything.
  ///
  /// @throws IllegalArgumentException if it is none
  public static void require(String url, String branch) {
    if (url.matches("(?s)[^/]*(//[^/]*)?@.*")) {
      throw new IllegalArgumentException(
          "a repository is named by its URL with https:, without a name or a password in it");
    }
    URI uri = parse(url);
    String scheme = uri == null ? "" : String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    boolean isHttp = scheme.equals("https") || scheme.equals("http");
    if (uri == null || !isHttp || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "'%s' is no URL with https:; large files go to a store beside it".formatted(url));
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException("the URL of a repository has no ? and no # in it");
    }
    if (branch.isBlank() || !org.eclipse.jgit.lib.Repository.isValidRefName(ref(branch))) {
      throw new IllegalArgumentException("'%s' is no name of a branch".formatted(branch));
    }
  }

  private static @Nullable URI parse(String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static String ref(String branch) {
    return "refs/heads/" + branch;
  }

  /// The branch's full name.
  String ref() {
    return ref(branch);
  }

  /// Where the store of large files is asked.
  ///
  /// @see <a href="https://github.com/git-lfs/git-lfs/blob/main/docs/api/server-discovery.md">
  ///     Server discovery</a>
  String batchUrl() {
    String base = url.replaceAll("/+$", "");
    return base + (base.endsWith(".git") ? "" : ".git") + "/info/lfs/objects/batch";
  }

  /// Whether a URL leads to the same server.
  boolean isHere(String other) {
    URI a = URI.create(url);
    URI b = URI.create(other);
    return a.getScheme().equalsIgnoreCase(b.getScheme())
        && a.getAuthority().equalsIgnoreCase(String.valueOf(b.getAuthority()));
  }

  /// The value of an `Authorization` header for this server.
  @Nullable Secret authorization() {
    Secret known = token;
    if (known == null) {
      return null;
    }
    String pair = user + ":" + known.reveal();
    return Secret.of(
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
  }
}
