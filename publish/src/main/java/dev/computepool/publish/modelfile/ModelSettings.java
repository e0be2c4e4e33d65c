package dev.computepool.publish.modelfile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.base.FormatException;
import dev.computepool.convert.JsonFile;
import dev.computepool.convert.Problems;
import dev.computepool.publish.modelfile.Modelfile.Command.Parameter;
import dev.computepool.publish.modelfile.TemplateDecision.Proven;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/// The parameters that follow from a model, and what somebody should know about it.
///
/// @param parameters texts that stop an answer, then what its `generation_config.json` says of
///     sampling; nothing is made up
/// @param warnings what is likely to go wrong, in words
public record ModelSettings(List<Parameter> parameters, List<String> warnings) {
  /// Keys of `generation_config.json`, and what Ollama calls them.
  private static final Map<String, String> SAMPLING = new LinkedHashMap<>();

  static {
    SAMPLING.put("temperature", "temperature");
    SAMPLING.put("top_k", "top_k");
    SAMPLING.put("top_p", "top_p");
    SAMPLING.put("min_p", "min_p");
    SAMPLING.put("repetition_penalty", "repeat_penalty");
  }

  public ModelSettings {
    parameters = List.copyOf(parameters);
    warnings = List.copyOf(warnings);
  }

  /// What follows from a model.
  ///
  /// @param tokens of the file that is published, which is what stops or does not
  /// @param generation the model's `generation_config.json`, or a file that is not there
  /// @throws FormatException if that file is broken
  public static ModelSettings of(TemplateDecision decision, SpecialTokens tokens, Path generation)
      throws IOException {
    List<Parameter> parameters = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    if (decision instanceof Proven proven) {
      stops(proven, tokens).forEach(stop -> parameters.add(new Parameter("stop", stop)));
      end(proven, tokens, warnings);
    }
    Problems problems = new Problems();
    JsonFile.object(generation, problems).ifPresent(tree -> sampling(tree, parameters, warnings));
    if (!problems.list().isEmpty()) {
      throw new FormatException(generation.toString(), problems.list());
    }
    return new ModelSettings(parameters, warnings);
  }

  /// The special tokens that end an answer or begin what is none of it.
  private static SequencedSet<String> stops(Proven proven, SpecialTokens tokens) {
    SequencedSet<String> stops = new LinkedHashSet<>(tokens.in(proven.answerEnd()));
    proven.marks().forEach(mark -> stops.addAll(tokens.in(mark)));
    return stops;
  }

  private static void end(Proven proven, SpecialTokens tokens, List<String> warnings) {
    if (tokens.texts().isEmpty()) {
      return;
    }
    List<String> ending = tokens.in(proven.answerEnd());
    if (ending.isEmpty()) {
      warnings.add(
          "no special token ends an answer in this template ('%s' is text): answers end only where"
                  .formatted(proven.answerEnd().strip())
              + " the model has learned another end");
    } else if (!tokens.ends().contains(ending.getFirst())) {
      warnings.add(
          "the template ends answers with %s, and the model's tokens of the end are %s: without the"
                  .formatted(ending.getFirst(), tokens.ends())
              + " stop parameters, answers may not end");
    }
  }

  private static void sampling(
      JsonNode generation, List<Parameter> parameters, List<String> warnings) {
    JsonNode sample = generation.path("do_sample");
    if (sample.isBoolean() && !sample.booleanValue()) {
      warnings.add(
          "generation_config.json says not to sample, so its sampling parameters are left out");
      return;
    }
    SAMPLING.forEach(
        (key, name) -> {
          JsonNode value = generation.path(key);
          if (value.isNumber() && !Double.isFinite(value.doubleValue())) {
            warnings.add("generation_config.json: " + key + " is no finite number");
          } else if (value.isNumber()) {
            String text = value.decimalValue().stripTrailingZeros().toPlainString();
            Parameters.problem(name, text)
                .ifPresentOrElse(
                    what -> warnings.add("generation_config.json: " + key + " " + what),
                    () -> parameters.add(new Parameter(name, text)));
          }
        });
  }
}
