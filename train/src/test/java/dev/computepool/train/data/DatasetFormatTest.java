package dev.computepool.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.chat.LineFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetFormatTest {
  @TempDir Path folder;

  private String convert(LineFormat to, String text) throws IOException {
    Path source = Files.writeString(folder.resolve("in.jsonl"), text);
    Path target = folder.resolve("out.jsonl");
    DatasetFormat.run(source, target, null, to, true, 2, Progress.NONE);
    return Files.readString(target);
  }

  @Test
  void goesRoundAllFormatsAndComesBack() throws IOException {
    String chatml =
        "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"u\"},{\"role\":\"assistant\",\"content\":\"a\"}],\"meta\":{\"n\":1.0}}\n";
    String text = chatml;
    for (LineFormat format :
        List.of(LineFormat.ALPACA, LineFormat.SHAREGPT, LineFormat.TEXT, LineFormat.CHATML)) {
      text = convert(format, text);
    }
    assertEquals(chatml, text);
  }

  @Test
  void theSameFormatKeepsEveryByteOfALine() throws IOException {
    String alpaca = "{ \"instruction\":\"i\", \"input\":\"x\", \"output\":\"o\", \"z\":[1.0] }";
    assertEquals(alpaca + "\n", convert(LineFormat.ALPACA, alpaca + "\r\n\n"));
  }

  @Test
  void namesEveryLineThatDoesNotFitAndWritesNothing() {
    String text =
        """
        {"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"a"}]}
        {"messages":[{"role":"user","content":"u"}]}
        {"messages":[{"role":"user","content":7}]}
        {"instruction":"i"}
        """;
    FormatException e = assertThrows(FormatException.class, () -> convert(LineFormat.ALPACA, text));
    assertEquals(
        List.of(
            new Problem("line 2", "alpaca ends with the assistant, and this does not"),
            new Problem("line 3, column 39", "'content' is a number, not a string"),
            new Problem("line 4, column 1", "there is no 'messages'")),
        e.problems());
    assertFalse(Files.exists(folder.resolve("out.jsonl")));
  }
}
