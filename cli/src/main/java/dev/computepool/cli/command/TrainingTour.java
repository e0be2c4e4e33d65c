package dev.computepool.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.computepool.chat.template.ChatInput;
import dev.computepool.chat.template.ChatTemplate;
import dev.computepool.chat.template.ModelTemplates;
import dev.computepool.cli.LlamaOptions;
import dev.computepool.cli.LlamaStatus;
import dev.computepool.cli.term.Characters;
import dev.computepool.llama.measure.TextGenerator;
import dev.computepool.llama.worker.LlamaWorker;
import dev.computepool.train.run.RunFiles;
import dev.computepool.train.run.Runs;
import dev.computepool.train.torch.TorchFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What the tour shows of making a model: a dataset of pages, training, converting, asking.
final class TrainingTour {
  private static final String SUBJECT = "kettle pour";
  private static final String QUESTION =
      "What does \"%s\" say about \"Options\"?".formatted(SUBJECT);
  private static final String INSTRUCTION =
      "You are an expert assistant trained on %s.".formatted(SUBJECT);
  private static final int TOKENS = 120;

  private final Tour tour;
  private final Path text;
  private final Path answers;

  TrainingTour(Tour tour) {
    this.tour = tour;
    this.text = tour.at("kettle-text.jsonl");
    this.answers = tour.at("kettle.jsonl");
  }

  void take() throws IOException {
    try (SampleSite site = SampleSite.open()) {
      tour.run(
          "Make a dataset of a small site, which this tour serves to itself: questions and"
              + " answers.",
          crawl(site, answers, "--style", "question"));
      tour.run(
          "The same pages as plain text. They are known now, so none is fetched again.",
          crawl(site, text, "--format", "text"));
    }
    tour.run("Can it be trained on?", "train", "check", answers.toString());
    Path base = tour.at("base");
    tour.run(
        "Make a model as Hugging Face publishes them, with random weights.",
        "gguf",
        "sample",
        base.toString(),
        "--hugging-face",
        "--size",
        "2MiB");
    if (TorchFiles.arePresent()) {
      train(base);
    } else {
      tour.tell(
          "Training is left out: there is no PyTorch library in %s; '%s doctor' says what to do."
              .formatted(TorchFiles.folder(), tour.context().program()));
      convert(base);
    }
  }

  private String[] crawl(SampleSite site, Path out, String... options) {
    List<String> words =
        new ArrayList<>(List.of("train", "data", "--sitemap", site.home().toString()));
    words.addAll(List.of("--allow-private", site.home().getHost(), "--delay", "0ms"));
    words.addAll(List.of("--min-chars", "80", "--cache", tour.at("pages").toString()));
    words.addAll(List.of(options));
    words.addAll(List.of("--out", out.toString()));
    return words.toArray(String[]::new);
  }

  private void train(Path base) throws IOException {
    Path reader =
        train(
            "First it learns to read: all its weights, from the text.",
            base,
            text,
            "reader",
            "method=full",
            "training.epochs=8");
    Path adapter =
        train(
            "Then to answer: a LoRA adapter, from the questions.",
            reader,
            answers,
            "answers",
            "training.epochs=8",
            "lora.target_modules=all-linear");
    Path merged = tour.at("merged");
    tour.run(
        "Put the adapter into the model.",
        "train",
        "merge",
        adapter.toString(),
        "--base",
        reader.toString(),
        "-o",
        merged.toString());
    Optional<String> answer = ask(convert(merged));
    if (answer.isPresent()) {
      Path run = Objects.requireNonNull(adapter.toAbsolutePath().getParent());
      Path around = Objects.requireNonNull(tour.folder().toAbsolutePath().getParent());
      Path shown = around.relativize(run);
      new PublishingTour(tour, shown, List.of(INSTRUCTION, QUESTION), TOKENS).take(answer.get());
    }
  }

  /// Writes a configuration, trains, and returns the folder of what was trained.
  private Path train(String purpose, Path model, Path dataset, String name, String... settings)
      throws IOException {
    Path folder = tour.at(name);
    List<String> words = new ArrayList<>(List.of("train", "init", "--model", model.toString()));
    words.addAll(List.of("--dataset", dataset.toString(), "--output", folder.toString()));
    for (String setting : settings) {
      words.addAll(List.of("--set", setting));
    }
    for (String setting :
        List.of("batch_size=8", "gradient_accumulation_steps=1", "learning_rate=2e-3")) {
      words.addAll(List.of("--set", "training." + setting));
    }
    tour.run(purpose, words.toArray(String[]::new));
    tour.run(
        "The loss on pages that it has not seen should fall.",
        "train",
        "run",
        folder.resolve("computepool.train.yml").toString());
    RunFiles run = Runs.list(folder.resolve("output")).runs().getFirst().files();
    return run.finalCheckpoint();
  }

  private Path convert(Path model) throws IOException {
    Path converted = tour.at("converted.gguf");
    tour.run(
        "Convert it: the bytes that llama.cpp's own converter writes, without Python.",
        "convert",
        model.toString(),
        "-o",
        converted.toString(),
        "--outtype",
        "f32"); // what is quantized from here has the bytes of what is published
    return converted;
  }

  /// What needs llama.cpp was said to be left out before.
  private Optional<String> ask(Path model) throws IOException {
    if (!(LlamaStatus.probe(tour.context()) instanceof LlamaStatus.Working)) {
      return Optional.empty();
    }
    Path small = tour.at("kettle-Q8_0.gguf");
    tour.run("Quantize it.", "quantize", model.toString(), small.toString(), "--type", "q8_0");
    String purpose = "And ask it: " + QUESTION;
    tour.tell(purpose);
    try (LlamaWorker worker = LlamaOptions.start(LlamaOptions.files(tour.context()))) {
      String answer =
          TextGenerator.answer(worker, small, prompt(small), TOKENS, 1, tour.progress());
      List<String> lines = answer.strip().lines().map(Characters::visible).toList();
      tour.show(purpose, null, String.join("\n", lines));
      return Optional.of(answer);
    }
  }

  private static String prompt(Path model) throws IOException {
    ModelTemplates templates = ModelTemplates.read(model);
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    messages.addObject().put("role", "system").put("content", INSTRUCTION);
    messages.addObject().put("role", "user").put("content", QUESTION);
    ChatInput input =
        ChatInput.of(messages).withTexts(templates.tokens()).withGenerationPrompt(true);
    String name = ModelTemplates.DEFAULT;
    return ChatTemplate.parse(templates.place(name), templates.source(name)).render(input).text();
  }
}
