package dev.computepool.crawl.http;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Addresses of pages as people and pages write them, in one form: two that differ only in what
/// makes no difference to a server become equal.
public final class WebUrl {
  /// What is appended to links to see where readers come from.
  private static final Pattern TRACKING =
      Pattern.compile(
          "(utm_\\w+|srsltid|gclid|dclid|fbclid|msclkid|yclid|mc_cid|mc_eid|_hsenc|_hsmi)");

  private static final String HEX = "0123456789ABCDEF";
  private static final int MAX_LENGTH = 4096;

  private WebUrl() {}

  /// Reads an `http:` or `https:` URL. Its fragment is dropped, what may not stand in a URL is
  /// escaped, the host is in lower case and a port that goes without saying is left out.
  ///
  /// @throws IllegalArgumentException if it is none, or has a name or password in it
  public static URI parse(String text) {
    return normalise(split(text.strip(), null));
  }

  /// What a link on a page leads to.
  ///
  /// @see <a href="https://www.rfc-editor.org/rfc/rfc3986#section-5.2">RFC 3986</a>
  /// @throws IllegalArgumentException if it is no `http:` or `https:` URL
  public static URI resolve(URI base, String link) {
    return normalise(split(link.strip(), base));
  }

  /// The same page without parameters that only tell where a reader came from.
  public static URI withoutTracking(URI url) {
    String query = url.getRawQuery();
    if (query == null) {
      return url;
    }
    String kept =
        Arrays.stream(query.split("&", -1))
            .filter(p -> !TRACKING.matcher(p.split("=", 2)[0].toLowerCase(Locale.ROOT)).matches())
            .collect(Collectors.joining("&"));
    String text = url.toString();
    String before = text.substring(0, text.indexOf('?'));
    return URI.create(kept.isEmpty() ? before : before + "?" + kept);
  }

  /// Scheme, host and port: what robots.txt and pauses are for.
  public static String origin(URI url) {
    return url.getScheme() + "://" + url.getRawAuthority();
  }

  private static URI split(String text, @Nullable URI base) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a URL of %d characters: %s…".formatted(text.length(), text.substring(0, 80)));
    }
    try {
      URI uri = new URI(escape(text));
      return base == null ? uri : resolve(base, uri);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("'%s' is no URL: %s".formatted(text, e.getReason()), e);
    }
  }

  private static URI resolve(URI base, URI link) {
    boolean samePath =
        link.getScheme() == null
            && link.getRawAuthority() == null
            && String.valueOf(link.getRawPath()).isEmpty();
    if (!samePath) {
      return base.resolve(link);
    }
    // URI.resolve follows RFC 2396, in which a query alone takes the place of the last part.
    String query = link.getRawQuery() == null ? base.getRawQuery() : link.getRawQuery();
    return URI.create(origin(base) + base.getRawPath() + (query == null ? "" : "?" + query));
  }

  private static URI normalise(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    String authority = uri.getRawAuthority();
    if ((!scheme.equals("http") && !scheme.equals("https")) || authority == null) {
      throw new IllegalArgumentException("'%s' is no http or https URL".formatted(uri));
    }
    if (authority.contains("@")) {
      throw new IllegalArgumentException(
          "a URL for %s has a name or password in it, which would end up in the dataset"
              .formatted(authority.substring(authority.lastIndexOf('@') + 1)));
    }
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    URI normal =
        URI.create(scheme + "://" + authority(authority, scheme) + withoutDots(path) + query);
    if (normal.getHost() == null) {
      throw new IllegalArgumentException("'%s' has no host".formatted(uri));
    }
    return normal;
  }

  private static String authority(String authority, String scheme) {
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']');
    String host = hasPort ? authority.substring(0, colon) : authority;
    String port = hasPort ? authority.substring(colon + 1) : "";
    if (!host.startsWith("[")) {
      String name = URLDecoder.decode(host, StandardCharsets.UTF_8);
      host = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
      host = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
      host = Ipv4Literal.isMeant(host) ? Ipv4Literal.normalise(host) : host;
    }
    boolean standard = port.isEmpty() || port.equals(scheme.equals("https") ? "443" : "80");
    return standard ? host : host + ":" + port;
  }

  /// Takes `.` and `..` out as a browser does. `URI.normalize` keeps a leading `..`, and makes one
  /// slash of two.
  private static String withoutDots(String path) {
    List<String> kept = new ArrayList<>();
    String[] parts = path.substring(1).split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean last = i == parts.length - 1;
      switch (parts[i]) {
        case "." -> {
          if (last) {
            kept.add("");
          }
        }
        case ".." -> {
          if (!kept.isEmpty()) {
            kept.removeLast();
          }
          if (last) {
            kept.add("");
          }
        }
        default -> kept.add(parts[i]);
      }
    }
    return "/" + String.join("/", kept);
  }

  /// Escapes what the grammar forbids, as browsers do, and leaves what is escaped already.
  private static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int authority = text.indexOf("//");
    int afterAuthority = authority < 0 ? 0 : nextOf(text, authority + 2);
    int fragment = text.indexOf('#');
    String plain = fragment < 0 ? text : text.substring(0, fragment);
    for (int i = 0; i < plain.length(); ) {
      int c = plain.codePointAt(i);
      boolean bracketOfHost = (c == '[' || c == ']') && i < afterAuthority;
      boolean loose = c == '%' && !isEscape(plain, i);
      if (c > ' ' && c < 127 && ("\"<>\\^`{|}[]".indexOf(c) < 0 || bracketOfHost) && !loose) {
        out.append((char) c);
      } else if (c == '\\') {
        out.append('/');
      } else if (c >= ' ' && c != 127) {
        for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
          out.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
        }
      }
      i += Character.charCount(c);
    }
    return out.toString();
  }

  private static int nextOf(String text, int from) {
    int end = from;
    while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  private static boolean isEscape(String text, int at) {
    return at + 2 < text.length()
        && Character.digit(text.charAt(at + 1), 16) >= 0
        && Character.digit(text.charAt(at + 2), 16) >= 0;
  }
}
