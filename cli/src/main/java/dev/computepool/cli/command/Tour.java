package dev.computepool.cli.command;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.computepool.base.ByteSize;
import dev.computepool.cli.Cli;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.LlamaOptions;
import dev.computepool.cli.LlamaStatus;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.cli.term.Characters;
import dev.computepool.cli.term.Environment;
import dev.computepool.llama.measure.TextGenerator;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The steps of the tour. Each runs the very command that it prints, in this process.
final class Tour implements AutoCloseable {
  /// Tells a folder of an earlier tour, which may be removed, from one of the user's.
  private static final String MARK = ".made-by-computepool-quickstart";

  private static final int DAMAGE_AT = 20_000;
  private static final String PROMPT = "Once upon a time";
  private static final int TOKENS = 12;

  private final Path folder;
  private final Context context;
  private final Output out;
  private final boolean keep;
  private final List<Step> steps = new ArrayList<>();

  private Tour(Path folder, Context context, Output out, boolean keep) {
    this.folder = folder;
    this.context = context;
    this.out = out;
    this.keep = keep;
  }

  /// One command of the tour.
  ///
  /// @param command null where the tour itself did something
  /// @param output what it wrote, results and remarks
  record Step(String purpose, @Nullable String command, int exitCode, String output) {}

  /// The whole tour, for programs; people have seen it already.
  record Taken(String folder, List<Step> steps, @JsonIgnore String farewell) implements Report {
    @Override
    public void print(Text text) {
      text.blank().line(farewell);
    }
  }

  static boolean isOurs(Path folder) {
    return Files.exists(folder.resolve(MARK));
  }

  static Tour begin(Path folder, Context context, Output out, boolean keep) throws IOException {
    if (Files.exists(folder)) {
      remove(folder);
    }
    Files.createDirectory(folder);
    Files.createFile(folder.resolve(MARK));
    return new Tour(folder, context, out, keep);
  }

  void take() throws IOException {
    Path model = folder.resolve("tiny.gguf");
    run(
        "Make a tiny model with random weights.",
        ExitCode.DONE,
        "gguf",
        "sample",
        model.toString());
    run("What does it say about itself?", ExitCode.DONE, "gguf", "info", model.toString());
    run(
        "Split it into shards, each with its BLAKE3 hash (a node wants larger ones).",
        ExitCode.DONE,
        split(model));
    Path shards = folder.resolve("tiny");
    run("Are they intact?", ExitCode.DONE, "shard", "verify", shards.toString());
    damage(shards.resolve("shard_001.bin"));
    run(
        "Now verification names the damaged bytes and the tensors in them, and exits with 3.",
        ExitCode.VERIFICATION,
        "shard",
        "verify",
        shards.toString());
    List<String> again = new ArrayList<>(List.of(split(model)));
    again.add("--force");
    run(
        "Split again, in place of the damaged shards.",
        ExitCode.DONE,
        again.toArray(String[]::new));
    Path joined = folder.resolve("joined.gguf");
    run(
        "Join the shards: verified while written, the original bit for bit.",
        ExitCode.DONE,
        "shard",
        "join",
        shards.toString(),
        "-o",
        joined.toString());
    compare(model, joined);
    convert();
    quantize(model);
    crawl();
  }

  private void crawl() throws IOException {
    Path data = folder.resolve("kettle.jsonl");
    try (SampleSite site = SampleSite.open()) {
      run(
          "Make a dataset of a small site, which this tour serves to itself.",
          ExitCode.DONE,
          "train",
          "data",
          "--sitemap",
          site.home().toString(),
          "--allow-private",
          site.home().getHost(),
          "--delay",
          "0ms",
          "--min-chars",
          "80",
          "--cache",
          folder.resolve("pages").toString(),
          "--out",
          data.toString());
    }
    run("Can it be trained on?", ExitCode.DONE, "train", "check", data.toString());
  }

  private void convert() throws IOException {
    Path published = folder.resolve("tiny-llama");
    run(
        "Make a model as Hugging Face publishes them.",
        ExitCode.DONE,
        "gguf",
        "sample",
        published.toString(),
        "--hugging-face");
    run(
        "Convert it: the bytes that llama.cpp's own converter writes, without Python.",
        ExitCode.DONE,
        "convert",
        published.toString(),
        "-o",
        folder.resolve("converted.gguf").toString(),
        "--outtype",
        "q8_0");
  }

  /// What needs llama.cpp; left out, and said so, where there is none.
  private void quantize(Path model) throws IOException {
    switch (LlamaStatus.probe(context)) {
      case LlamaStatus.Unusable(String why, var _) ->
          tell(
              "Quantizing and running a model are left out: %s; '%s doctor' says what to do."
                  .formatted(why, context.program()));
      case LlamaStatus.Working _ -> {
        Path small = folder.resolve("tiny-Q8_0.gguf");
        run(
            "Make it smaller: 8 bits a weight in place of 16.",
            ExitCode.DONE,
            "quantize",
            model.toString(),
            small.toString(),
            "--type",
            "q8_0");
        run("Is it sound?", ExitCode.DONE, "gguf", "check", small.toString());
        generate(small);
      }
    }
  }

  /// No command does this yet; it shows that the model can be run.
  private void generate(Path model) throws IOException {
    String purpose = "And it runs. Its weights are random, so it knows no words:";
    tell(purpose);
    String text;
    try (LlamaWorker worker = LlamaOptions.start(LlamaOptions.files(context))) {
      text = TextGenerator.generate(worker, model, PROMPT, TOKENS, 1, out.progress());
    }
    String line = PROMPT + Characters.visible(text.strip());
    steps.add(new Step(purpose, null, 0, line));
    if (!out.options().json()) {
      out.write(line + "\n");
    }
  }

  private void tell(String remark) throws IOException {
    if (!out.options().json()) {
      out.write("%n# %s%n".formatted(remark));
    }
  }

  private String[] split(Path model) {
    return new String[] {
      "shard", "split", model.toString(), "-o", folder.toString(), "--shard-size", "100KiB"
    };
  }

  Taken report() {
    String farewell =
        keep
            ? "That was the tour. Its files are in %s; '%s --help' shows all commands."
                .formatted(folder, context.program())
            : "That was the tour. '%s --help' shows all commands.".formatted(context.program());
    return new Taken(folder.toString(), steps, farewell);
  }

  private void run(String purpose, ExitCode expected, String... words) throws IOException {
    String command = context.program() + " " + String.join(" ", words);
    announce(purpose, command);
    Environment real = context.environment();
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    boolean json = out.options().json();
    Environment inner =
        new Environment(
            real.variables(),
            real.directory(),
            json ? copy : new Tee(real.stdout(), copy),
            json ? copy : new Tee(real.stderr(), copy),
            real.stdin(),
            real.terminal());
    Cli cli = new Cli(inner, out.progress().cancellation(), context.program());
    int exitCode = cli.run(words);
    steps.add(new Step(purpose, command, exitCode, copy.toString(StandardCharsets.UTF_8)));
    out.progress().cancellation().check();
    if (exitCode != expected.code()) {
      throw new IOException(
          "'%s' ended with %d, expected %d".formatted(command, exitCode, expected.code()));
    }
  }

  private void announce(String purpose, String command) throws IOException {
    if (!out.options().json()) {
      out.write("%n# %s%n$ %s%n".formatted(purpose, command));
    }
  }

  /// Overwrites one byte, as the command that is printed does.
  private void damage(Path shard) throws IOException {
    String purpose = "Damage one byte of a shard.";
    String command =
        "printf '\\377' | dd of=%s bs=1 seek=%d conv=notrunc status=none"
            .formatted(shard, DAMAGE_AT);
    announce(purpose, command);
    try (FileChannel file = FileChannel.open(shard, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {(byte) 0xff}), DAMAGE_AT);
    }
    steps.add(new Step(purpose, command, 0, ""));
  }

  private void compare(Path model, Path joined) throws IOException {
    String purpose = "Not one bit differs.";
    String command = "cmp %s %s".formatted(model, joined);
    announce(purpose, command);
    long difference = Files.mismatch(model, joined);
    if (difference >= 0) {
      throw new IOException("%s differs from %s at byte %d".formatted(joined, model, difference));
    }
    steps.add(new Step(purpose, command, 0, ""));
    out.note("%s, equal".formatted(ByteSize.format(Files.size(joined))));
  }

  @Override
  public void close() throws IOException {
    if (!keep) {
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /// Writes everything twice.
  private static final class Tee extends OutputStream {
    private final OutputStream first;
    private final OutputStream second;

    Tee(OutputStream first, OutputStream second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public void write(int b) throws IOException {
      first.write(b);
      second.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      first.write(bytes, offset, length);
      second.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      first.flush();
    }
  }
}
