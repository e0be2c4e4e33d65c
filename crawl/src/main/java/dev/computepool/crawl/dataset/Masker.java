package dev.computepool.crawl.dataset;

import dev.computepool.crawl.http.AddressRules;
import java.net.InetAddress;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Blacks out what must not be learned. The forms of keys are those that their issuers publish for
/// scanners of leaked secrets.
public final class Masker {
  private static final List<Pattern> SECRETS =
      List.of(
          Pattern.compile(
              "-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\\s\\S]{0,8000}?"
                  + "-----END [A-Z ]{0,30}PRIVATE KEY-----"),
          Pattern.compile("\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b"),
          Pattern.compile("\\bgh[pousr]_[A-Za-z0-9]{36,255}\\b"),
          Pattern.compile("\\bgithub_pat_[A-Za-z0-9_]{22,255}\\b"),
          Pattern.compile("\\bglpat-[A-Za-z0-9_-]{20,}"),
          Pattern.compile("\\bxox[abprs]-[A-Za-z0-9-]{10,}"),
          Pattern.compile("\\b[sr]k_live_[A-Za-z0-9]{16,}"),
          Pattern.compile("\\bsk-(?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_-]{20,}"),
          Pattern.compile("\\bAIza[0-9A-Za-z_-]{35}"),
          Pattern.compile("\\bhf_[A-Za-z0-9]{30,}\\b"),
          Pattern.compile("\\bnpm_[A-Za-z0-9]{36}\\b"),
          Pattern.compile("\\bpypi-[A-Za-z0-9_-]{50,}"),
          Pattern.compile("\\beyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}"),
          Pattern.compile("(?<=://)[^\\s/:@\"'<>]{1,100}:[^\\s/@\"'<>]{1,200}(?=@)"),
          Pattern.compile("(?i)(?<=\\bbearer )(?=\\S{0,60}[0-9])[A-Za-z0-9._~+/-]{20,}=*"));

  /// A value that is given to something called a key, if it looks random.
  private static final Pattern ASSIGNED =
      Pattern.compile(
          "(?i)\\b(?:api[_-]?key|secret(?:[_-]?key)?|(?:access|auth)[_-]?token|passw(?:or)?d)"
              + "[\"']?\\s{0,3}[:=]\\s{0,3}[\"']"
              + "((?=[^\"']{0,60}[0-9])(?=[^\"']{0,60}[A-Za-z])[A-Za-z0-9_+/=.-]{16,200})[\"']");

  /// Not the `git@host:path` of an SSH remote.
  private static final Pattern EMAIL =
      Pattern.compile(
          "(?<![\\w.+%/-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\\.){1,8}[A-Za-z]{2,24}\\b"
              + "(?!:[\\w~/])");

  private static final Pattern IPV4 =
      Pattern.compile("(?<![\\w.-])(?:[0-9]{1,3}\\.){3}[0-9]{1,3}(?![\\w-]|\\.[0-9])");

  /// What may be an address of the part of IPv6 that is given out; names such as `abc::def`, which
  /// program code is full of, do not begin with a digit.
  private static final Pattern IPV6 =
      Pattern.compile(
          "(?i)(?<![\\w:.-])[23][0-9a-f]{3}(?::[0-9a-f]{0,4}){2,7}(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3})?"
              + "(?![\\w:-]|\\.[0-9])");

  /// Parameters of URLs that let in who has them, where their value looks random.
  private static final Pattern QUERY =
      Pattern.compile(
          "(?i)(?<=[?&;])((?:api|access|auth|private|subscription)?[_-]?(?:key|token)|apikey|auth"
              + "|(?:refresh|id|session|bearer)[_-]?token|(?:client[_-]?)?secret|passw(?:or)?d|pwd"
              + "|sig|signature|x-(?:amz|goog|oss|cos|ms)-(?:signature|credential|security-token)"
              + "|jsessionid|phpsessid|session[_-]?id|sid)="
              + "((?=[^\\s&#]{0,200}[0-9])(?=[^\\s&#]{0,200}[A-Za-z])[A-Za-z0-9_+/=.~%-]{12,2000})");

  private final Set<Mask> masks;

  public Masker(Set<Mask> masks) {
    this.masks = masks;
  }

  /// A document without what was asked to be blacked out.
  ///
  /// @param counts how often each was found
  record Masked(Document document, Map<Mask, Long> counts) {}

  Masked apply(Document document) {
    Map<Mask, Long> counts = new EnumMap<>(Mask.class);
    URI source = source(document.source(), counts);
    String title = mask(document.title(), counts);
    String markdown = mask(document.markdown(), counts);
    return new Masked(
        new Document(
            source,
            title,
            document.language(),
            document.licence(),
            document.fetchedAt(),
            document.sha256(),
            markdown),
        counts);
  }

  /// What can be told to people of a text such as an address or a reason: it without keys, if they
  /// are not to be learned either.
  public String told(String text) {
    return masks.contains(Mask.SECRETS) ? secrets(text, new EnumMap<>(Mask.class)) : text;
  }

  /// An address that can be told: without keys in its query, if they are not to be.
  private URI source(URI source, Map<Mask, Long> counts) {
    if (!masks.contains(Mask.SECRETS) || source.getRawQuery() == null) {
      return source;
    }
    return URI.create(inside(QUERY, 2, source.toString(), counts));
  }

  private String mask(String text, Map<Mask, Long> counts) {
    String masked = text;
    for (Mask mask : Mask.values()) {
      if (masks.contains(mask)) {
        masked =
            switch (mask) {
              case SECRETS -> secrets(masked, counts);
              case EMAILS -> replace(EMAIL, masked, "[email]", mask, counts);
              case IPS -> ips(masked, counts);
            };
      }
    }
    return masked;
  }

  private static String secrets(String text, Map<Mask, Long> counts) {
    String masked = text;
    for (Pattern secret : SECRETS) {
      masked = replace(secret, masked, "[secret]", Mask.SECRETS, counts);
    }
    return inside(QUERY, 2, inside(ASSIGNED, 1, masked, counts), counts);
  }

  /// Blacks out a group of each find.
  private static String inside(Pattern pattern, int group, String text, Map<Mask, Long> counts) {
    return pattern
        .matcher(text)
        .replaceAll(
            found -> {
              counts.merge(Mask.SECRETS, 1L, Long::sum);
              String all = found.group();
              int start = found.start(group) - found.start();
              int end = found.end(group) - found.start();
              return Matcher.quoteReplacement(
                  all.substring(0, start) + "[secret]" + all.substring(end));
            });
  }

  private static String ips(String text, Map<Mask, Long> counts) {
    return ips(IPV4, ips(IPV6, text, counts), counts); // one of IPv6 may end in one of IPv4
  }

  private static String ips(Pattern pattern, String text, Map<Mask, Long> counts) {
    return pattern
        .matcher(text)
        .replaceAll(
            found -> {
              if (!isPublic(found.group())) {
                return Matcher.quoteReplacement(found.group());
              }
              counts.merge(Mask.IPS, 1L, Long::sum);
              return "[ip]";
            });
  }

  /// Whether it is an address of one machine on the Internet; those of examples are not.
  private static boolean isPublic(String text) {
    try {
      return AddressRules.isPublic(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return false; // it only looked like one: 1.2.3.999
    }
  }

  private static String replace(
      Pattern pattern, String text, String by, Mask mask, Map<Mask, Long> counts) {
    Matcher matcher = pattern.matcher(text);
    return matcher.replaceAll(
        found -> {
          counts.merge(mask, 1L, Long::sum);
          return by;
        });
  }
}
