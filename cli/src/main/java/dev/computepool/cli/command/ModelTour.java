package dev.computepool.cli.command;

import dev.computepool.base.ByteSize;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.LlamaOptions;
import dev.computepool.cli.LlamaStatus;
import dev.computepool.cli.term.Characters;
import dev.computepool.llama.measure.TextGenerator;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// What the tour shows of a model that is there: shards, quantizing, running.
final class ModelTour {
  private static final int DAMAGE_AT = 20_000;
  private static final String PROMPT = "Once upon a time";
  private static final int TOKENS = 12;

  private final Tour tour;
  private final Path model;
  private final Path shards;

  ModelTour(Tour tour) {
    this.tour = tour;
    this.model = tour.at("tiny.gguf");
    this.shards = tour.at("tiny");
  }

  void take() throws IOException {
    tour.run("Make a tiny model with random weights.", "gguf", "sample", model.toString());
    tour.run("What does it say about itself?", "gguf", "info", model.toString());
    tour.run(
        "Split it into shards, each with its BLAKE3 hash (a node wants larger ones).", split());
    tour.run("Are they intact?", "shard", "verify", shards.toString());
    damage(shards.resolve("shard_001.bin"));
    tour.run(
        "Now verification names the damaged bytes and the tensors in them, and exits with 3.",
        ExitCode.VERIFICATION,
        "shard",
        "verify",
        shards.toString());
    List<String> again = new ArrayList<>(List.of(split()));
    again.add("--force");
    tour.run("Split again, in place of the damaged shards.", again.toArray(String[]::new));
    Path joined = tour.at("joined.gguf");
    tour.run(
        "Join the shards: verified while written, the original bit for bit.",
        "shard",
        "join",
        shards.toString(),
        "-o",
        joined.toString());
    compare(joined);
    quantize();
  }

  private String[] split() {
    return new String[] {
      "shard", "split", model.toString(), "-o", tour.folder().toString(), "--shard-size", "100KiB"
    };
  }

  /// Overwrites one byte, as the command that is printed does.
  private void damage(Path shard) throws IOException {
    String purpose = "Damage one byte of a shard.";
    String command =
        "printf '\\377' | dd of=%s bs=1 seek=%d conv=notrunc status=none"
            .formatted(shard, DAMAGE_AT);
    tour.announce(purpose, command);
    try (FileChannel file = FileChannel.open(shard, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {(byte) 0xff}), DAMAGE_AT);
    }
    tour.show(purpose, command, "");
  }

  private void compare(Path joined) throws IOException {
    String purpose = "Not one bit differs.";
    String command = "cmp %s %s".formatted(model, joined);
    tour.announce(purpose, command);
    long difference = Files.mismatch(model, joined);
    if (difference >= 0) {
      throw new IOException("%s differs from %s at byte %d".formatted(joined, model, difference));
    }
    tour.show(purpose, command, "");
    tour.note("%s, equal".formatted(ByteSize.format(Files.size(joined))));
  }

  /// What needs llama.cpp; left out, and said so, where there is none.
  private void quantize() throws IOException {
    switch (LlamaStatus.probe(tour.context())) {
      case LlamaStatus.Unusable(String why, var _) ->
          tour.tell(
              "Quantizing and running a model are left out: %s; '%s doctor' says what to do."
                  .formatted(why, tour.context().program()));
      case LlamaStatus.Working _ -> {
        Path small = tour.at("tiny-Q8_0.gguf");
        tour.run(
            "Make it smaller: 8 bits a weight in place of 16.",
            "quantize",
            model.toString(),
            small.toString(),
            "--type",
            "q8_0");
        tour.run("Is it sound?", "gguf", "check", small.toString());
        generate(small);
      }
    }
  }

  /// No command does this yet; it shows that the model can be run.
  private void generate(Path small) throws IOException {
    String purpose = "And it runs. Its weights are random, so it knows no words:";
    tour.tell(purpose);
    try (LlamaWorker worker = LlamaOptions.start(LlamaOptions.files(tour.context()))) {
      String text = TextGenerator.generate(worker, small, PROMPT, TOKENS, 1, tour.progress());
      tour.show(purpose, null, PROMPT + Characters.visible(text.strip()));
    }
  }
}
