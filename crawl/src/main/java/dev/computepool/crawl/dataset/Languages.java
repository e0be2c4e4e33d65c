package dev.computepool.crawl.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import opennlp.tools.langdetect.Language;
import opennlp.tools.langdetect.LanguageDetectorME;
import opennlp.tools.langdetect.LanguageDetectorModel;
import org.jspecify.annotations.Nullable;

/// Tells what language a document is in: what its text shows if there is enough of it, else what
/// the page says of itself. The model is loaded when it is first needed.
///
/// @see <a href="https://opennlp.apache.org/models.html">Apache OpenNLP's model of 103
// languages</a>
final class Languages {
  private static final String MODEL = "/langdetect-183.bin";
  private static final int SAMPLE = 1500;
  private static final int SURE_LETTERS = 120;
  private static final int FEW_LETTERS = 40;
  private static final double CLEAR = 2;

  /// What the model calls a language that others know under a macrolanguage.
  private static final Map<String, String> MACRO =
      Map.of(
          "cmn", "zh", "pes", "fa", "lvs", "lv", "ekk", "et", "zlm", "ms", "plt", "mg", "nob", "no",
          "nno", "no", "arz", "ar", "azj", "az");

  private static final Map<String, String> SHORT = shortCodes();

  private final Set<String> wanted;
  private @Nullable LanguageDetectorME detector;

  Languages(Set<String> wanted) {
    this.wanted = wanted;
  }

  /// The document with its language, as far as it can be told.
  Document identify(Document document) throws IOException {
    String stated = document.language();
    if (stated != null && wanted.isEmpty()) {
      return document; // nobody depends on it being true
    }
    String found = detect(document.markdown(), stated);
    return new Document(
        document.source(),
        document.title(),
        found,
        document.licence(),
        document.fetchedAt(),
        document.sha256(),
        document.markdown());
  }

  /// Whether a document may stay: its language is wanted, or unknown.
  boolean allows(Document document) {
    return wanted.isEmpty()
        || document.language() == null
        || wanted.contains(primary(document.language()));
  }

  private @Nullable String detect(String markdown, @Nullable String stated) throws IOException {
    String sample = sample(markdown);
    long letters = sample.codePoints().filter(Character::isLetter).count();
    if (letters < FEW_LETTERS) {
      return stated;
    }
    Language[] found = detector().predictLanguages(sample);
    double first = found[0].getConfidence();
    // Confidences are shares of 103 languages: how far they lie apart says more than their size.
    double rival = found.length < 2 ? 0 : found[1].getConfidence();
    if (stated != null) {
      String claimed = primary(stated);
      rival =
          Stream.of(found)
              .filter(l -> code(l.getLang()).equals(claimed))
              .mapToDouble(Language::getConfidence)
              .findFirst()
              .orElse(0);
    }
    boolean clear = first >= CLEAR * rival && (stated == null || letters >= SURE_LETTERS);
    return clear ? code(found[0].getLang()) : stated;
  }

  /// Running text, without code, tables and the addresses of links.
  private static String sample(String markdown) {
    StringBuilder sample = new StringBuilder();
    for (Block block : MarkdownBlocks.of(markdown)) {
      if (block.kind() != Block.Kind.CODE && block.kind() != Block.Kind.TABLE) {
        sample
            .append(
                block
                    .text()
                    .replaceAll("\\]\\([^)]{0,2000}\\)", "]")
                    .replaceAll("`[^`\n]{0,500}`", " "))
            .append('\n');
      }
      if (sample.length() > SAMPLE) {
        break;
      }
    }
    return sample.toString();
  }

  private LanguageDetectorME detector() throws IOException {
    LanguageDetectorME loaded = detector;
    if (loaded == null) {
      try (InputStream model = Languages.class.getResourceAsStream(MODEL)) {
        if (model == null) {
          throw new IOException("the model that tells languages apart is not on the class path");
        }
        loaded = new LanguageDetectorME(new LanguageDetectorModel(model));
      }
      detector = loaded;
    }
    return loaded;
  }

  /// The first part of a tag, such as `pt` of `pt-BR`.
  static String primary(String tag) {
    String first = tag.replace('_', '-').split("-", 2)[0].toLowerCase(Locale.ROOT);
    return switch (first) {
      case "nb", "nn" -> "no";
      default -> SHORT.getOrDefault(first, first);
    };
  }

  private static String code(String iso3) {
    return MACRO.getOrDefault(iso3, SHORT.getOrDefault(iso3, iso3));
  }

  private static Map<String, String> shortCodes() {
    Map<String, String> codes = new HashMap<>();
    for (String two : Locale.getISOLanguages()) {
      codes.putIfAbsent(Locale.of(two).getISO3Language(), two);
    }
    return codes;
  }
}
