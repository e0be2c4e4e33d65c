package dev.computepool.cli.command.publish;

import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.publish.PublishResult.Outcome;
import dev.computepool.publish.Step;
import dev.computepool.publish.ollama.ModelName;
import java.nio.file.Path;

/// A step in words for people.
final class StepView {
  /// How fast a few bytes came is nobody's business.
  private static final long LARGE = 1 << 20;

  private StepView() {}

  /// What came of it, on one line.
  static String line(Outcome outcome) {
    if (outcome.kept()) {
      return "%s: all is there, nothing has changed".formatted(outcome.step().name());
    }
    if (outcome.step().isRemote()) {
      return "%s: %s, in %s"
          .formatted(outcome.step().name(), what(outcome.step()), Durations.format(outcome.time()));
    }
    long bytes = outcome.outputs().bytes();
    String rate =
        bytes < LARGE ? "" : " " + Durations.inBrackets(Durations.rate(bytes, outcome.time()));
    return "%s: %s, %s in %s%s"
        .formatted(
            outcome.step().name(),
            what(outcome.step()),
            ByteSize.format(bytes),
            Durations.format(outcome.time()),
            rate)
        .stripTrailing();
  }

  /// What it does, from what to what.
  static String what(Step step) {
    return switch (step) {
      case Step.Merge merge -> "%s into %s".formatted(name(merge.adapter()), name(merge.base()));
      case Step.NameBase named -> "its model is called " + named.baseModel();
      case Step.Convert convert -> "%s to %s".formatted(name(convert.model()), convert.type());
      case Step.ConvertAdapter convert -> "%s to a LoRA in GGUF".formatted(name(convert.adapter()));
      case Step.Quantize quantize -> "%s to %s".formatted(name(quantize.model()), quantize.type());
      case Step.WriteCard card -> card.plotted() ? "the card, with a plot" : "the card";
      case Step.WriteModelfile modelfile -> String.join(", ", modelfile.names());
      case Step.Shard shard -> "%s in shards".formatted(name(shard.gguf()));
      case Step.PushGit git -> "to " + git.to().url();
      case Step.PushOllama push ->
          String.join(", ", push.models().keySet().stream().map(ModelName::display).toList());
      case Step.Upload upload -> "to the Hub, " + upload.to().repo();
      case Step.Copy copy -> "to " + copy.target();
    };
  }

  private static String name(Path path) {
    Path file = path.toAbsolutePath().normalize().getFileName();
    return file == null ? path.toString() : file.toString();
  }
}
