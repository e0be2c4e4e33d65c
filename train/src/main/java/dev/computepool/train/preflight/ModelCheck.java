package dev.computepool.train.preflight;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.SyntaxProblem;
import dev.computepool.chat.LineFormat;
import dev.computepool.chat.template.ChatTemplate;
import dev.computepool.chat.template.ModelTemplates;
import dev.computepool.convert.Problems;
import dev.computepool.train.config.Method;
import dev.computepool.train.config.RuntimeName;
import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.lora.LoraTargets;
import dev.computepool.train.model.Family;
import dev.computepool.train.preflight.ModelFacts.Linear;
import dev.computepool.train.preflight.ModelFacts.Shape;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Whether the model can be trained: what is in its folder, without its weights.
final class ModelCheck {
  private static final String KEY = "base_model";
  private static final int NAMED = 12;

  private final TrainConfig config;
  private final Check check;

  ModelCheck(Check check) {
    this.config = check.file().config();
    this.check = check;
  }

  /// The model, if there is one.
  @Nullable ModelFacts run(Path hubCache) throws IOException {
    if (!check.isSound(KEY)) {
      return null;
    }
    String name = config.baseModel();
    return switch (ModelSearch.find(name, check.file().folder(), hubCache)) {
      case ModelSearch.Found.Nothing(String why) -> {
        check.problem(KEY, "base_model %s %s".formatted(name, why));
        ownTemplate();
        yield null;
      }
      case ModelSearch.Found.Folder(Path folder) -> folder(folder);
    };
  }

  private @Nullable ModelFacts folder(Path folder) throws IOException {
    Path shown = folder.normalize();
    Problems problems = new Problems();
    ModelFacts facts;
    try {
      facts = ModelFacts.read(folder, problems);
    } catch (AccessDeniedException e) {
      check.problem(KEY, "no permission for " + e.getFile());
      return null;
    }
    for (Problem problem : problems.list()) {
      check.problem(KEY, "%s: %s".formatted(shown, problem));
    }
    if (problems.isEmpty()) {
      architecture(shown, facts);
    }
    // What a command of the user's does with the examples is its own business.
    if (config.runtime() != RuntimeName.COMMAND) {
      tokenizer(folder, facts.shape());
      template(folder);
    }
    Shape shape = facts.shape();
    if (shape != null && shape.context() > 0 && config.training().maxSeqLen() > shape.context()) {
      check.note(
          "training.max_seq_len",
          "max_seq_len %d is beyond the %d tokens that the model was made for"
              .formatted(config.training().maxSeqLen(), shape.context()));
    }
    return facts;
  }

  private void architecture(Path shown, ModelFacts facts) {
    String architecture = facts.architecture();
    boolean known = Family.of(architecture).isPresent();
    if (architecture.isEmpty()) {
      check.problem(KEY, "%s: config.json names no architecture".formatted(shown));
    } else if (config.runtime() == RuntimeName.DJL && check.isSound("runtime") && !known) {
      check.problem(
          KEY,
          "%s: runtime djl does not train %s; it trains %s"
              .formatted(shown, architecture, Family.known()));
    }
    if (known && facts.shape() == null) {
      check.problem(
          KEY,
          shown
              + ": config.json lacks one of num_hidden_layers, hidden_size, intermediate_size,"
              + " num_attention_heads and vocab_size");
    }
  }

  private void tokenizer(Path folder, @Nullable Shape shape) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Path shown = folder.normalize();
    if (!Files.isRegularFile(file)) {
      boolean another =
          Files.isRegularFile(folder.resolve("tokenizer.model"))
              || Files.isRegularFile(folder.resolve("vocab.json"));
      if (!another || config.runtime() == RuntimeName.DJL) {
        check.problem(KEY, "%s: tokenizer.json is missing".formatted(shown));
      }
      return;
    }
    try {
      long largest = TokenizerFit.largestId(file);
      if (largest < 0) {
        check.problem(KEY, "%s: tokenizer.json has no words".formatted(shown));
      } else if (shape != null && largest >= shape.vocabulary()) {
        check.problem(
            KEY,
            "%s: the tokenizer does not fit the model: its last token is %d, the model has %d"
                .formatted(shown, largest, shape.vocabulary()));
      }
    } catch (JsonProcessingException e) {
      check.problem(
          KEY, "%s: tokenizer.json is no JSON: %s".formatted(shown, SyntaxProblem.words(e)));
    } catch (AccessDeniedException e) {
      check.problem(KEY, "no permission for " + e.getFile());
    }
  }

  private void template(Path folder) throws IOException {
    if (ownTemplate() || config.input().format() == LineFormat.TEXT) {
      return;
    }
    try {
      ModelTemplates templates = ModelTemplates.read(folder);
      Optional<String> name = templates.choose(null, false);
      if (name.isPresent()) {
        ChatTemplate.parse(templates.place(name.get()), templates.source(name.get()));
      } else {
        check.problem(
            "input.chat_template",
            "%s has no chat template, which format %s needs: name one with input.chat_template"
                .formatted(folder.normalize(), config.input().format().label()));
      }
    } catch (FormatException e) {
      for (Problem problem : e.problems()) {
        check.problem(KEY, "%s: %s".formatted(e.file(), problem));
      }
    }
  }

  /// Whether the file names a template of its own, which is checked.
  private boolean ownTemplate() throws IOException {
    Path file = config.input().chatTemplate();
    if (file == null) {
      return false;
    }
    String key = "input.chat_template";
    Path shown = file.normalize();
    if (!Files.isRegularFile(file)) {
      check.problem(
          key, "%s %s".formatted(shown, Files.exists(file) ? "is no file" : "does not exist"));
      return true;
    }
    try {
      ModelTemplates templates = ModelTemplates.read(file);
      for (String name : templates.templates().keySet()) {
        ChatTemplate.parse(templates.place(name), templates.source(name));
      }
    } catch (FormatException e) {
      for (Problem problem : e.problems()) {
        check.problem(key, "%s: %s".formatted(shown, problem));
      }
    } catch (AccessDeniedException e) {
      check.problem(key, "no permission for " + e.getFile());
    }
    return true;
  }

  /// The layers that get matrices beside them.
  List<Linear> targets(ModelFacts facts) {
    String key = "lora.target_modules";
    if (config.method() == Method.FULL
        || config.runtime() == RuntimeName.COMMAND
        || !check.isSound(key)) {
      return List.of();
    }
    if (config.lora().allLinear()) {
      return facts.linears().stream().filter(l -> !l.isHead()).toList();
    }
    List<String> wanted = config.lora().targetModules();
    for (String target : wanted) {
      if (meant(facts, List.of(target)).isEmpty()) {
        String names =
            facts.linears().stream()
                .map(Linear::name)
                .distinct()
                .limit(NAMED)
                .collect(Collectors.joining(", "));
        check.problem(
            key,
            "no linear layer of the model is called %s; there are %s".formatted(target, names));
      }
    }
    return meant(facts, wanted);
  }

  private static List<Linear> meant(ModelFacts facts, List<String> targets) {
    LoraTargets named = new LoraTargets.Named(targets);
    return facts.linears().stream().filter(l -> named.include(l.module())).toList();
  }
}
