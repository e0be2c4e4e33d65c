package dev.computepool.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.Cancellation;
import dev.computepool.cli.output.OutputOptions.ColorMode;
import dev.computepool.cli.output.OutputOptions.ProgressMode;
import dev.computepool.cli.term.Environment;
import dev.computepool.cli.term.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputTest {
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

  private Output output(boolean quiet, int verbosity) {
    return output(quiet, verbosity, stdout, stderr);
  }

  private static Output output(
      boolean quiet, int verbosity, OutputStream stdout, OutputStream stderr) {
    Environment environment =
        new Environment(
            Map.of(), Path.of("/"), stdout, stderr, InputStream.nullInputStream(), Terminal.NONE);
    OutputOptions options =
        new OutputOptions(false, quiet, verbosity, ProgressMode.AUTO, ColorMode.AUTO);
    return new Output(environment, options, new Cancellation());
  }

  private String told() {
    return stderr.toString(StandardCharsets.UTF_8);
  }

  @Test
  void notesAreForPeopleWhoAreNotQuiet() {
    output(false, 0).note("done");
    output(true, 0).note("not seen");
    assertEquals("done\n", told());
  }

  @Test
  void namesInNotesCannotMoveTheCursor() {
    output(false, 1).note("wrote a\u001b[2J\nb");
    output(false, 1).detail("read \u0007c");
    assertEquals("wrote a\\x1b[2J\\nb\nread \\x07c\n", told());
  }

  @Test
  void detailsAreForPeopleWhoAsk() {
    output(false, 0).detail("not seen");
    output(false, 1).detail("detail");
    assertEquals("detail\n", told());
  }

  @Test
  void warningsAreSeenByAll() {
    output(true, 0).warn("careful");
    assertEquals("warning: careful\n", told());
  }

  @Test
  void resultsGoToStandardOutputAsUtf8() throws IOException {
    output(true, 0).write("é\n");
    assertEquals("é\n", stdout.toString(StandardCharsets.UTF_8));
    assertEquals("", told());
  }

  @Test
  void aBrokenStandardErrorStopsNothing() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    output(false, 0, stdout, broken).warn("nobody hears it");
    assertThrows(ClosedPipeException.class, () -> output(false, 0, broken, stderr).write("result"));
  }
}
