package dev.computepool.crawl.dataset;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Blacks out what must not be learned. The forms of keys are those that their issuers publish for
/// scanners of leaked secrets.
final class Masker {
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

  private final Set<Mask> masks;

  Masker(Set<Mask> masks) {
    this.masks = masks;
  }

  /// A document without what was asked to be blacked out.
  ///
  /// @param counts how often each was found
  record Masked(Document document, Map<Mask, Long> counts) {}

  Masked apply(Document document) {
    Map<Mask, Long> counts = new EnumMap<>(Mask.class);
    String title = mask(document.title(), counts);
    String markdown = mask(document.markdown(), counts);
    return new Masked(
        new Document(
            document.source(),
            title,
            document.language(),
            document.licence(),
            document.fetchedAt(),
            document.sha256(),
            markdown),
        counts);
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
    return ASSIGNED
        .matcher(masked)
        .replaceAll(
            found -> {
              counts.merge(Mask.SECRETS, 1L, Long::sum);
              String all = found.group();
              int start = found.start(1) - found.start();
              int end = found.end(1) - found.start();
              return Matcher.quoteReplacement(
                  all.substring(0, start) + "[secret]" + all.substring(end));
            });
  }

  private static String ips(String text, Map<Mask, Long> counts) {
    return IPV4.matcher(text)
        .replaceAll(
            found -> {
              if (!isPublic(found)) {
                return Matcher.quoteReplacement(found.group());
              }
              counts.merge(Mask.IPS, 1L, Long::sum);
              return "[ip]";
            });
  }

  /// Whether it is an address of one machine on the Internet (RFC 6890 lists all others).
  private static boolean isPublic(MatchResult found) {
    String[] parts = found.group().split("\\.", -1);
    int[] b = new int[4];
    for (int i = 0; i < b.length; i++) {
      b[i] = Integer.parseInt(parts[i]);
      if (b[i] > 255) {
        return false;
      }
    }
    boolean documented =
        (b[0] == 192 && b[1] == 0)
            || (b[0] == 198 && (b[1] == 18 || b[1] == 19 || (b[1] == 51 && b[2] == 100)))
            || (b[0] == 203 && b[1] == 0 && b[2] == 113);
    boolean local =
        b[0] == 10
            || b[0] == 127
            || (b[0] == 172 && b[1] >= 16 && b[1] < 32)
            || (b[0] == 192 && b[1] == 168)
            || (b[0] == 169 && b[1] == 254)
            || (b[0] == 100 && b[1] >= 64 && b[1] < 128);
    return b[0] != 0 && b[0] < 224 && !documented && !local;
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
