package dev.computepool.publish.hub;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/// Addresses of the Hub, encoded once and exactly.
final class Urls {
  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  private final String endpoint;

  Urls(String endpoint) {
    this.endpoint = endpoint;
  }

  /// Everything but letters, digits, `-`, `.`, `_` and `~` is escaped, a slash too.
  static String encode(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (PLAIN.indexOf((char) (b & 0xff)) >= 0) {
        out.append((char) b);
      } else {
        out.append(String.format("%%%02X", b & 0xff));
      }
    }
    return out.toString();
  }

  /// The same for each part between slashes.
  static String encodePath(String path) {
    return Arrays.stream(path.split("/", -1)).map(Urls::encode).collect(Collectors.joining("/"));
  }

  /// Below `/api/`.
  String api(String path) {
    return endpoint + "/api/" + path;
  }

  /// Of a repository, below `/api/models/ID`.
  String model(RepoId repo, String path) {
    return api("models/" + repo + path);
  }

  String batch(RepoId repo) {
    return endpoint + "/" + repo + ".git/info/lfs/objects/batch";
  }

  String resolve(RepoId repo, String commit, String path) {
    return endpoint + "/" + repo + "/resolve/" + encode(commit) + "/" + encodePath(path);
  }

  /// What a `Location` means that came from `url`.
  static String resolve(String url, String location) {
    if (location.contains("://") && location.indexOf("://") < 8) {
      return location;
    }
    int authority = url.indexOf("://") + 3;
    int path = authority;
    while (path < url.length() && "/?#".indexOf(url.charAt(path)) < 0) {
      path++;
    }
    if (location.startsWith("//")) {
      return url.substring(0, authority - 2) + location;
    }
    if (location.startsWith("/")) {
      return url.substring(0, path) + location;
    }
    int end = path;
    while (end < url.length() && "?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    int slash = url.lastIndexOf('/', end - 1);
    return slash < path
        ? url.substring(0, path) + "/" + location
        : url.substring(0, slash + 1) + location;
  }
}
