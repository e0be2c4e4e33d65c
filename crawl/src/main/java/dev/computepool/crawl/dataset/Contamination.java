package dev.computepool.crawl.dataset;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.computepool.base.InputFile;
import dev.computepool.similarity.Words;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What must not be learned: the lines of some files, such as the questions of a test.
///
/// A text is contaminated by any 13 words in a row that it shares with a line, as GPT-3's authors
/// looked for them, and by all the words of a line that has fewer, down to 5; lines that are
/// shorter still would be found everywhere. In lines of JSON the strings are looked at, not the
/// names of fields.
///
/// @see <a href="https://arxiv.org/abs/2005.14165">Language Models are Few-Shot Learners, C</a>
final class Contamination {
  private static final int RUN = 13;
  private static final int LEAST = 5;
  private static final JsonFactory JSON = new JsonFactory();

  /// Of each length, the runs of words, and where they stand.
  private final Map<Integer, Map<Long, String>> runs = new TreeMap<>();

  private Contamination() {}

  static Contamination of(List<Path> files) throws IOException {
    Contamination contamination = new Contamination();
    for (Path file : files) {
      try (BufferedReader lines =
          Files.newBufferedReader(InputFile.requireNoFolder(file), StandardCharsets.UTF_8)) {
        int number = 1;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          contamination.line(line, file.getFileName() + ":" + number++);
        }
      }
    }
    return contamination;
  }

  private void line(String line, String where) {
    if (line.startsWith("{") && json(line, where)) {
      return;
    }
    text(line, where);
  }

  private boolean json(String line, String where) {
    try (JsonParser parser = JSON.createParser(line)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          text(parser.getText(), where);
        }
      }
      return true;
    } catch (IOException e) {
      return false; // it only begins like JSON: a line of text as others
    }
  }

  private void text(String text, String where) {
    long[] words = Words.of(text);
    if (words.length < LEAST) {
      return;
    }
    int length = Math.min(RUN, words.length);
    Map<Long, String> sameLength = runs.computeIfAbsent(length, l -> new HashMap<>());
    for (int i = 0; i + length <= words.length; i++) {
      sameLength.putIfAbsent(Words.join(words, i, i + length), where);
    }
  }

  /// The file and line that a text shares words with, or null.
  @Nullable String find(String text) {
    if (runs.isEmpty()) {
      return null;
    }
    long[] words = Words.of(text);
    for (Map.Entry<Integer, Map<Long, String>> sameLength : runs.entrySet()) {
      int length = sameLength.getKey();
      for (int i = 0; i + length <= words.length; i++) {
        String where = sameLength.getValue().get(Words.join(words, i, i + length));
        if (where != null) {
          return where;
        }
      }
    }
    return null;
  }
}
