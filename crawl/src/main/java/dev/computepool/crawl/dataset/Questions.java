package dev.computepool.crawl.dataset;

import dev.computepool.base.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/// Who writes the question that a text answers.
interface Questions extends Closeable {
  /// Texts that are asked about at once.
  int BATCH = 16;

  /// The most tokens of a question.
  int TOKENS = 96;

  /// A question for each chunk; empty where the model had none.
  List<String> ask(List<Chunk> chunks) throws IOException;

  /// Gets ready to ask; whether the model answers is told by the first question.
  static Questions of(Asking asking, Progress progress) throws IOException {
    return switch (asking) {
      case Asking.Endpoint endpoint -> new EndpointQuestions(endpoint, progress);
      case Asking.LocalModel local -> new LocalQuestions(local, progress);
    };
  }

  /// What a model is told.
  static String instruction(Chunk chunk) {
    return "The following text is from \"%s\". Write one question, in the language of the text, that"
            .formatted(Turns.title(chunk.document()))
        + " a reader would ask and that the text answers completely. Write only the question.\n\n"
        + chunk.text();
  }

  /// The question in what a model answered: the first line of it that is not thought aloud,
  /// without the quotes and labels that models like to add.
  static String cleaned(String answer) {
    String said =
        Pattern.compile("<think>.*?(?:</think>|\\z)", Pattern.DOTALL)
            .matcher(answer)
            .replaceAll("");
    String line =
        said.strip().lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst().orElse("");
    String bare =
        line.replaceFirst("^(?i)(?:\\*\\*)?question(?:\\*\\*)?\\s*:\\s*(?:\\*\\*)?\\s*", "");
    boolean quoted = bare.length() > 1 && bare.startsWith("\"") && bare.endsWith("\"");
    return Cleanup.line(quoted ? bare.substring(1, bare.length() - 1) : bare);
  }
}
