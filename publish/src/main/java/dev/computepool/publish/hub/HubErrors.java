package dev.computepool.publish.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.base.http.Head;
import dev.computepool.publish.hub.HubException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the Hub means by an answer that is none of success.
///
/// The reason is in headers first, for the answer to HEAD has nothing else; bodies come in several
/// forms, and from a proxy as a page.
final class HubErrors {
  private static final int MOST_SHOWN = 500;

  private HubErrors() {}

  /// @param what the call that failed
  /// @param settings where pages of repositories are, and the token, which no message repeats
  /// @param repo the repository that it was about, null for none
  static HubException of(
      String what, HubSettings settings, @Nullable RepoId repo, Head head, byte[] body) {
    String code = head.first("x-error-code");
    String message = head.first("x-error-message");
    List<String> reasons = new ArrayList<>();
    if (message != null && !message.isEmpty()) {
      reasons.add(message);
    }
    reasons.addAll(reasons(head, new String(body, StandardCharsets.UTF_8)));
    String reason = String.join("; ", unrepeated(reasons));
    if (settings.token() != null) {
      reason = settings.token().removedFrom(reason);
    }
    if (reason.length() > MOST_SHOWN) {
      reason = reason.substring(0, MOST_SHOWN) + "…";
    }
    Kind kind = kind(head.status(), code, reason, repo != null);
    return new HubException(
        kind,
        head.status(),
        what,
        words(kind, head.status(), settings, repo) + (reason.isEmpty() ? "" : ": " + reason),
        code,
        requestId(head),
        kind == Kind.GATED && repo != null ? settings.endpoint() + "/" + repo : null);
  }

  static @Nullable String requestId(Head head) {
    for (String name : List.of("x-request-id", "x-amzn-trace-id", "x-amz-cf-id")) {
      String value = head.first(name);
      if (value != null && !value.isEmpty()) {
        return value;
      }
    }
    return null;
  }

  private static Kind kind(int status, @Nullable String code, String reason, boolean ofRepo) {
    if (code != null) {
      switch (code) {
        case "RepoNotFound" -> {
          return Kind.REPO_NOT_FOUND;
        }
        case "RevisionNotFound" -> {
          return Kind.REVISION_NOT_FOUND;
        }
        case "EntryNotFound" -> {
          return Kind.ENTRY_NOT_FOUND;
        }
        case "GatedRepo" -> {
          return Kind.GATED;
        }
        default -> {
          // The status says it.
        }
      }
    }
    return switch (status) {
      // A token that is wrong is told by these words; the Hub hides what one may not know with
      // the same status.
      case 401 ->
          ofRepo
                  && !reason.contains("Invalid credentials")
                  && !reason.contains("Invalid user token")
              ? Kind.REPO_NOT_FOUND
              : Kind.BAD_TOKEN;
      case 402 -> Kind.QUOTA;
      case 407 -> Kind.TROUBLE;
      case 403 -> Kind.FORBIDDEN;
      case 404 -> ofRepo ? Kind.REPO_NOT_FOUND : Kind.TROUBLE;
      case 409 -> Kind.CONFLICT;
      case 412 -> Kind.STALE;
      case 429 -> Kind.RATE_LIMITED;
      default -> status / 100 == 4 ? Kind.REFUSED : Kind.TROUBLE;
    };
  }

  private static String words(Kind kind, int status, HubSettings settings, @Nullable RepoId repo) {
    return switch (kind) {
      case BAD_TOKEN ->
          settings.token() == null
              ? "a token is needed"
              : "the token is wrong or has expired (it is from %s)"
                  .formatted(settings.tokenOrigin());
      case REPO_NOT_FOUND ->
          "there is no repository %s, or you have no access to it".formatted(repo);
      case REVISION_NOT_FOUND -> "there is no such revision";
      case ENTRY_NOT_FOUND -> "there is no such file in this revision";
      case GATED -> "access to it must be asked for first";
      case FORBIDDEN -> "not allowed";
      case RATE_LIMITED -> "too many requests";
      case QUOTA, CONFLICT, STALE, REFUSED, TROUBLE ->
          status == 407 ? "the proxy wants a name and a password" : "status " + status;
    };
  }

  private static Set<String> unrepeated(List<String> reasons) {
    Set<String> kept = new LinkedHashSet<>();
    for (String reason : reasons) {
      String line = reason.strip().replaceAll("\\s+", " ");
      if (!line.isEmpty() && kept.stream().noneMatch(k -> k.contains(line))) {
        kept.removeIf(line::contains);
        kept.add(line);
      }
    }
    return kept;
  }

  private static List<String> reasons(Head head, String body) {
    if (body.isBlank()) {
      return List.of();
    }
    try {
      List<String> found = new ArrayList<>();
      collect(HubJson.parse(body), found);
      return found;
    } catch (JsonProcessingException e) {
      boolean page = head.mediaType().contains("html") || body.stripLeading().startsWith("<");
      return page ? ofPage(body) : List.of(body);
    }
  }

  /// Stores of objects answer in XML. What else it has (what was signed, for one) is left out.
  private static List<String> ofPage(String body) {
    List<String> said = new ArrayList<>();
    for (String element : List.of("Code", "Message")) {
      Matcher matcher = Pattern.compile("<%1$s>([^<]*)</%1$s>".formatted(element)).matcher(body);
      if (matcher.find()) {
        said.add(matcher.group(1));
      }
    }
    return said.isEmpty() ? List.of(title(body)) : said;
  }

  private static void collect(JsonNode node, List<String> into) {
    if (node.isTextual()) {
      into.add(node.asText());
    } else if (node.isArray()) {
      node.forEach(item -> collect(item, into));
    } else if (node.isObject()) {
      for (String key : List.of("error", "error_description", "errors", "message")) {
        JsonNode value = node.get(key);
        if (value != null) {
          collect(value, into);
        }
      }
    }
  }

  /// Of a page, its title: it is what a proxy or a portal has to say.
  private static String title(String html) {
    String lower = html.toLowerCase(Locale.ROOT);
    int open = lower.indexOf("<title");
    int begin = open < 0 ? -1 : lower.indexOf('>', open);
    int end = begin < 0 ? -1 : lower.indexOf("</title", begin);
    return end < 0
        ? "a web page instead of an answer"
        : "a web page instead of an answer: " + html.substring(begin + 1, end);
  }
}
