package dev.computepool.train.external;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  private static List<String> lines(byte[] bytes) throws IOException {
    LineReader reader = new LineReader(new ByteArrayInputStream(bytes));
    List<String> lines = new ArrayList<>();
    for (String line = reader.next(); line != null; line = reader.next()) {
      lines.add(line);
    }
    return lines;
  }

  private static List<String> lines(String text) throws IOException {
    return lines(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void progressBarsAreLinesToo() throws IOException {
    assertEquals(List.of("a", " 1%", " 2%", "ü"), lines("a\n 1%\r 2%\r\n\nü"));
    assertEquals(List.of(), lines(""));
  }

  @Test
  void aLineWithoutAnEndIsCut() throws IOException {
    List<String> lines = lines("x".repeat(3 * LineReader.MAX) + "\nnext\n");
    assertEquals(List.of(LineReader.MAX, 4), lines.stream().map(String::length).toList());
  }

  @Test
  void whatIsNoTextIsReplaced() throws IOException {
    assertEquals(List.of("a\uFFFDb"), lines(new byte[] {'a', (byte) 0xFF, 'b', '\n'}));
  }
}
