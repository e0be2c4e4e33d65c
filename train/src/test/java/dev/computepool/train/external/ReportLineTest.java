package dev.computepool.train.external;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.computepool.train.run.ProgramReport;
import dev.computepool.train.run.ProgramReport.Measured;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ReportLineTest {
  private static ProgramReport read(String line) {
    return ReportLine.parse(line).orElseThrow(() -> new AssertionError("tells nothing: " + line));
  }

  @Test
  void aStepHasItsFigures() {
    assertEquals(
        new ProgramReport.Stepped(7, new Measured(1.5, 2e-4, 0.25, 812.5, 0.5, 1024L)),
        read(
            "{\"type\": \"step\", \"step\": 7, \"loss\": 1.5, \"lr\": 2e-4, \"epoch\": 0.25,"
                + " \"tokens_per_s\": 812.5, \"grad_norm\": 0.5, \"memory_bytes\": 1024}"));
    assertEquals(
        new ProgramReport.Stepped(7, new Measured(1.5, null, null, null, null, null)),
        read("{\"step\": 7, \"loss\": 1.5}"));
    assertEquals(new ProgramReport.Stepped(7, null), read("{\"type\": \"step\", \"step\": 7}"));
  }

  @Test
  void infernetsRunnersAreUnderstood() {
    assertEquals(
        new ProgramReport.Stage("Loading the model"), read("{\"event\": \"loading_model\"}"));
    assertEquals(
        new ProgramReport.Stage("40 examples are ready"),
        read("{\"event\": \"dataset_ready\", \"rows\": 40}"));
    assertEquals(new ProgramReport.Begun(0, 0, 0), read("{\"event\": \"training_start\"}"));
    assertEquals(
        new ProgramReport.Stepped(3, new Measured(2, 1e-3, 0.1, 90.0, null, null)),
        read(
            "{\"event\":\"step\",\"step\":3,\"loss\":2,\"lr\":0.001,\"epoch\":0.1,"
                + "\"elapsed_s\":4,\"tokens_per_sec\":90}"));
    assertEquals(
        new ProgramReport.Saved("checkpoint-final", OptionalLong.empty()),
        read("{\"event\": \"saved\", \"path\": \"checkpoint-final\"}"));
    assertEquals(new ProgramReport.Failed("no peft"), read("{\"error\": \"no peft\"}"));
  }

  @Test
  void theOtherKindsAreUnderstood() {
    assertEquals(
        new ProgramReport.Begun(12, 1000, 10),
        read(
            "{\"type\":\"meta\",\"v\":1,\"steps\":12,\"parameters\":1000,"
                + "\"trainable_parameters\":10}"));
    assertEquals(
        new ProgramReport.Evaluated(6, 1, 1.25),
        read("{\"type\":\"eval\",\"step\":6,\"epoch\":1,\"eval_loss\":1.25}"));
    assertEquals(
        new ProgramReport.Saved("checkpoint-6", OptionalLong.of(6)),
        read("{\"type\":\"checkpoint\",\"step\":6,\"path\":\"checkpoint-6\"}"));
    assertEquals(
        new ProgramReport.Note("slow"), read("{\"type\":\"warning\",\"message\":\"slow\"}"));
    assertEquals(
        new ProgramReport.Failed("gone"), read("{\"type\":\"error\",\"message\":\"gone\"}"));
  }

  @Test
  void aLossThatIsNoNumberIsTold() {
    assertEquals(
        new ProgramReport.Stepped(2, new Measured(Double.NaN, null, null, null, null, null)),
        read("{\"type\":\"step\",\"step\":2,\"loss\":NaN,\"lr\":Infinity}"));
  }

  @Test
  void whatIsNoReportIsPrintedText() {
    List<String> lines =
        List.of(
            "Epoch 1/3",
            "{'loss': '2.304', 'epoch': '1'}",
            "{\"loss\": 2.3}",
            "{\"type\": \"step\", \"step\": -1, \"loss\": 1}",
            "{\"type\": \"step\", \"step\": 1e300, \"loss\": 1}",
            "{\"type\": \"step\", \"step\": \"1\", \"loss\": 1}",
            "{\"type\": \"eval\", \"step\": 1, \"eval_loss\": null}",
            "{\"type\": \"checkpoint\", \"path\": \"\"}",
            "{\"type\": \"checkpoint\", \"path\": \"a\\u0000b\"}",
            "{\"type\": [\"step\"], \"step\": 1}",
            "{\"type\": \"step\", \"step\": 1",
            "{}",
            "{".repeat(20_000),
            "{\"type\":\"future\"}");
    for (String line : lines) {
      assertEquals(Optional.empty(), ReportLine.parse(line), line);
    }
  }
}
