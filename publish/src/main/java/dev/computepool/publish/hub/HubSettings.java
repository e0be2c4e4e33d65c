package dev.computepool.publish.hub;

import dev.computepool.base.InputFile;
import dev.computepool.publish.http.Secret;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where the Hub is and who we are there, as Hugging Face's own tools find it out.
///
/// @param endpoint without a slash at its end
/// @param token null for nobody
/// @param tokenOrigin the variable or the file that it came from, to be shown
/// @param implicit whether what was found is also sent with what may need no token
/// @param offline whether the network must not be used
/// @param answerTime how long nothing may come when something is asked of files
/// @param fileTime how long nothing may come of a file
/// @see <a
///     href="https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables">
///     environment variables</a>
public record HubSettings(
    String endpoint,
    @Nullable Secret token,
    String tokenOrigin,
    boolean implicit,
    boolean offline,
    Duration answerTime,
    Duration fileTime) {
  /// The Hub.
  public static final String PUBLIC = "https://huggingface.co";

  /// The official tools have 10 s, which is short where a proxy looks at files first.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Set<String> TRUE = Set.of("1", "on", "yes", "true");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)}?");
  private static final int MOST_OF_A_TOKEN = 64 << 10;

  public HubSettings {
    if (!endpoint.matches("https?://[^\\s@/?#]+(/[^\\s?#]*)?")) {
      throw new IllegalArgumentException(
          "HF_ENDPOINT is no http or https URL without a name, a password or a query");
    }
    endpoint = endpoint.replaceAll("/+$", "");
  }

  /// A Hub and a token, of which the caller knows where they are from.
  public static HubSettings of(String endpoint, @Nullable Secret token) {
    return new HubSettings(
        endpoint, token, token == null ? "none" : "the caller", true, false, PATIENCE, PATIENCE);
  }

  /// Reads the variables, and the token's file if no variable has one.
  ///
  /// The last that is looked for is `HUGGINGFACE_TOKEN`, which no tool of Hugging Face reads.
  ///
  /// @param variables the value of a variable, null or empty if it is unset
  /// @param home the user's home folder
  /// @throws IllegalArgumentException if one cannot be used; a token is not repeated
  public static HubSettings read(Function<String, @Nullable String> variables, Path home)
      throws IOException {
    String endpoint = variables.apply("HF_ENDPOINT");
    Path file = tokenFile(variables, home);
    String token = null;
    String origin = "none";
    for (String name : List.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")) {
      if (token == null) {
        token = clean(variables.apply(name));
        origin = token == null ? origin : name;
      }
    }
    if (token == null) {
      token = clean(contentOf(file));
      origin = token == null ? origin : file.toString();
    }
    if (token == null) {
      token = clean(variables.apply("HUGGINGFACE_TOKEN"));
      origin = token == null ? origin : "HUGGINGFACE_TOKEN";
    }
    return new HubSettings(
        endpoint == null || endpoint.isBlank() ? PUBLIC : endpoint.strip(),
        token == null ? null : secret(token, origin),
        origin,
        !isTrue(variables.apply("HF_HUB_DISABLE_IMPLICIT_TOKEN")),
        isTrue(variables.apply("HF_HUB_OFFLINE")),
        seconds(variables, "HF_HUB_ETAG_TIMEOUT"),
        seconds(variables, "HF_HUB_DOWNLOAD_TIMEOUT"));
  }

  private static Secret secret(String token, String origin) {
    try {
      return Secret.of(token);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(origin, e.getMessage()), e);
    }
  }

  /// Where Hugging Face's tools keep everything.
  static Path homeOf(Function<String, @Nullable String> variables, Path home) {
    String named = variables.apply("HF_HOME");
    if (named != null && !named.isBlank()) {
      return expand(named, variables, home);
    }
    String cache = variables.apply("XDG_CACHE_HOME");
    return (cache == null || cache.isBlank()
            ? home.resolve(".cache")
            : expand(cache, variables, home))
        .resolve("huggingface");
  }

  private static Path tokenFile(Function<String, @Nullable String> variables, Path home) {
    String named = variables.apply("HF_TOKEN_PATH");
    return named == null || named.isBlank()
        ? homeOf(variables, home).resolve("token")
        : expand(named, variables, home);
  }

  /// Takes `~` and `$VAR` as a shell does.
  private static Path expand(String path, Function<String, @Nullable String> variables, Path home) {
    String text = path.strip();
    if (text.equals("~") || text.startsWith("~/")) {
      text = home + text.substring(1);
    }
    Matcher matcher = VARIABLE.matcher(text);
    StringBuilder out = new StringBuilder();
    while (matcher.find()) {
      String value = variables.apply(matcher.group(1));
      matcher.appendReplacement(
          out, Matcher.quoteReplacement(value == null ? matcher.group() : value));
    }
    return Path.of(matcher.appendTail(out).toString());
  }

  private static @Nullable String contentOf(Path file) throws IOException {
    try {
      return InputFile.text(file, MOST_OF_A_TOKEN);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static @Nullable String clean(@Nullable String value) {
    if (value == null) {
      return null;
    }
    String clean = value.replace("\r", "").replace("\n", "").strip();
    return clean.isEmpty() ? null : clean;
  }

  private static boolean isTrue(@Nullable String value) {
    return value != null && TRUE.contains(value.strip().toLowerCase(Locale.ROOT));
  }

  private static Duration seconds(Function<String, @Nullable String> variables, String variable) {
    String value = variables.apply(variable);
    if (value == null || value.isBlank()) {
      return PATIENCE;
    }
    if (!value.strip().matches("[0-9]{0,5}[1-9]|[1-9][0-9]{0,5}")) {
      throw new IllegalArgumentException(
          "%s is '%s', not a whole number of seconds".formatted(variable, value));
    }
    return Duration.ofSeconds(Long.parseLong(value.strip()));
  }

  /// The same without the network.
  public HubSettings withoutNetwork() {
    return new HubSettings(endpoint, token, tokenOrigin, implicit, true, answerTime, fileTime);
  }

  /// The same for who only reads: without a token that was found and is not to be sent unasked.
  public HubSettings forReading() {
    return implicit
        ? this
        : new HubSettings(endpoint, null, "none", false, offline, answerTime, fileTime);
  }

  /// An address that the Hub names, where it is reached through a mirror: mirrors pass its
  /// answers on as they are.
  String here(String url) {
    return !endpoint.equals(PUBLIC) && (url.equals(PUBLIC) || url.startsWith(PUBLIC + "/"))
        ? endpoint + url.substring(PUBLIC.length())
        : url;
  }

  /// Whether an address belongs to the endpoint, so that it may see the token.
  boolean isHere(String url) {
    return origin(url).equals(origin(endpoint));
  }

  /// Scheme, host and port, in one form.
  private static String origin(String url) {
    int authority = url.indexOf("://") + 3;
    int end = authority;
    while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    String origin = url.substring(0, end).toLowerCase(Locale.ROOT);
    if (origin.startsWith("https:") && origin.endsWith(":443")) {
      return origin.substring(0, origin.length() - 4);
    }
    return origin.startsWith("http:") && origin.endsWith(":80")
        ? origin.substring(0, origin.length() - 3)
        : origin;
  }
}
