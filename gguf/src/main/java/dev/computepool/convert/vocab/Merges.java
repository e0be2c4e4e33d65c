package dev.computepool.convert.vocab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The pairs of tokens that BPE merges, the first pair first.
final class Merges {
  private static final String FILE = "merges.txt";
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private Merges() {}

  /// Those of a model, or of `merges.txt` if it has none. None at all is wrong, and so is a pair of
  /// which a part or the whole is no token; both are noted.
  static List<String> of(TokenizerFiles files, TokenizerModel model) throws IOException {
    boolean inModel = !model.merges().isEmpty();
    List<String> merges = inModel ? model.merges() : read(files);
    String place = inModel ? TokenizerJson.NAME : FILE;
    if (merges.isEmpty()) {
      files.findings().add(TokenizerJson.NAME, "has no merges (model.merges), which BPE needs");
    }
    check(merges, model.ids(), place, files.findings());
    return merges;
  }

  private static List<String> read(TokenizerFiles files) throws IOException {
    if (!files.has(FILE)) {
      return List.of();
    }
    List<String> merges = new ArrayList<>();
    List<String> lines = files.text(files.path(FILE)).orElse("").lines().toList();
    boolean headed = !lines.isEmpty() && lines.getFirst().strip().startsWith("#");
    for (int i = headed ? 1 : 0; i < lines.size(); i++) {
      String line = lines.get(i);
      List<String> parts = BLANKS.splitAsStream(line.strip()).toList();
      if (parts.size() == 2) {
        merges.add(String.join(" ", parts));
      } else if (!line.isBlank()) {
        files.findings().add(FILE, "line %d is %s, expected two tokens".formatted(i + 1, line));
        break;
      }
    }
    return merges;
  }

  private static void check(
      List<String> merges, Map<String, Integer> ids, String place, Findings findings) {
    int wrong = 0;
    String first = "";
    for (int i = 0; i < merges.size(); i++) {
      if (!known(merges.get(i), ids)) {
        first = wrong == 0 ? "merge %d, %s".formatted(i, merges.get(i)) : first;
        wrong++;
      }
    }
    if (wrong > 0) {
      findings.add(
          place,
          "%d of %d merges are of or into what is no token, the first is %s"
              .formatted(wrong, merges.size(), first));
    }
  }

  private static boolean known(String merge, Map<String, Integer> ids) {
    int blank = merge.indexOf(' ', 1);
    if (blank < 0) {
      return false;
    }
    String left = merge.substring(0, blank);
    String right = merge.substring(blank + 1);
    boolean tokens = ids.containsKey(left) && ids.containsKey(right);
    // What was a blank in the file is Ġ in the merge, also where no token has the latter.
    boolean escaped = merge.indexOf('Ġ') >= 0 && !ids.containsKey("Ġ");
    return escaped || (tokens && ids.containsKey(left + right));
  }
}
