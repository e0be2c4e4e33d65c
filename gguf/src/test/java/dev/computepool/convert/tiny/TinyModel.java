package dev.computepool.convert.tiny;

import dev.computepool.safetensors.Dtype;
import dev.computepool.safetensors.SafetensorsLayout;
import dev.computepool.safetensors.SafetensorsWriter;
import dev.computepool.safetensors.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A model directory that is to be written.
public final class TinyModel {
  private final String name;
  private final Dtype dtype;
  private final TinyTokenizer tokenizer;
  private final String preTokenizer;
  private final Map<String, String> files = new LinkedHashMap<>();
  private final List<SafetensorsLayout.Entry> tensors = new ArrayList<>();
  private int parts = 1;

  /// @param dtype of all tensors that are given no other
  /// @param preTokenizer what llama.cpp calls it; the reference cannot know it of tokens this few
  TinyModel(String name, Dtype dtype, TinyTokenizer tokenizer, String preTokenizer) {
    this.name = name;
    this.dtype = dtype;
    this.tokenizer = tokenizer;
    this.preTokenizer = preTokenizer;
  }

  public String name() {
    return name;
  }

  /// What its `config.json` calls the architecture.
  public String architecture() {
    return Pattern.compile("\"architectures\": \\[\"(\\w+)\"")
        .matcher(files.getOrDefault("config.json", ""))
        .results()
        .map(found -> found.group(1))
        .findFirst()
        .orElse("");
  }

  /// Sets `config.json`, given with single quotes.
  TinyModel config(String json) {
    return file("config.json", json.replace('\'', '"'));
  }

  TinyModel file(String file, String text) {
    files.put(file, text);
    return this;
  }

  TinyModel parts(int count) {
    parts = count;
    return this;
  }

  TinyModel tensor(String tensor, long... shape) {
    return tensor(tensor, dtype, shape);
  }

  public TinyModel tensor(String tensor, Dtype type, long... shape) {
    tensors.add(new SafetensorsLayout.Entry(tensor, type, Arrays.stream(shape).boxed().toList()));
    return this;
  }

  /// Adds a weight and a bias of as many rows.
  TinyModel biased(String module, long... shape) {
    return tensor(module + ".weight", shape).tensor(module + ".bias", shape[0]);
  }

  /// The tensors, in no order that means anything.
  public List<SafetensorsLayout.Entry> tensors() {
    return List.copyOf(tensors);
  }

  /// Writes the directory, which gets the model's name.
  public Path write(Path parent) throws IOException {
    Path directory = Files.createDirectories(parent.resolve(name));
    tokenizer.write(directory);
    Files.writeString(directory.resolve("pre-tokenizer"), preTokenizer);
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = directory.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    StringBuilder index = new StringBuilder();
    int size = (tensors.size() + parts - 1) / parts;
    for (int part = 0; part < parts; part++) {
      List<SafetensorsLayout.Entry> own =
          tensors.subList(part * size, Math.min(tensors.size(), (part + 1) * size));
      String file =
          parts == 1
              ? "model.safetensors"
              : "model-%05d-of-%05d.safetensors".formatted(part + 1, parts);
      write(directory.resolve(file), own);
      for (SafetensorsLayout.Entry entry : own) {
        index.append(index.isEmpty() ? "" : ",\n");
        index.append("    \"%s\": \"%s\"".formatted(entry.name(), file));
      }
    }
    if (parts > 1) {
      Files.writeString(
          directory.resolve("model.safetensors.index.json"),
          "{\"metadata\": {}, \"weight_map\": {\n" + index + "}}");
    }
    return directory;
  }

  private static void write(Path file, List<SafetensorsLayout.Entry> entries) throws IOException {
    SafetensorsLayout layout = SafetensorsLayout.of(entries, Map.of("format", "pt"));
    try (SafetensorsWriter writer = SafetensorsWriter.replace(file, layout)) {
      for (StoredTensor tensor : layout.tensors()) {
        writer.write(
            tensor,
            TinyWeights.bytes(tensor.name(), tensor.dtype(), Math.toIntExact(tensor.elements())));
      }
      writer.commit();
    }
  }
}
