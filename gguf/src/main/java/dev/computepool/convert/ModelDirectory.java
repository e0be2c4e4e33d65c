package dev.computepool.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A Hugging Face directory as it is on disk.
///
/// @param path the directory
/// @param config the tree of `config.json` as it stands, without the defaults of a family
/// @param generationConfig the tree of `generation_config.json`, or an empty object
/// @param parts names of the safetensors files, sorted: those that the index names, else all whose
///     name begins with `model`
/// @param index what `model.safetensors.index.json` says, tensor to part in its order, if there is
///     one
public record ModelDirectory(
    Path path,
    ObjectNode config,
    ObjectNode generationConfig,
    List<String> parts,
    Optional<Map<String, String>> index) {
  private static final String INDEX = "model.safetensors.index.json";

  public ModelDirectory {
    parts = List.copyOf(parts);
    index = index.map(map -> Collections.unmodifiableMap(new LinkedHashMap<>(map)));
  }

  /// Reads the descriptions in a directory, not the weights.
  ///
  /// @param problems receives what is wrong with it: no or a broken `config.json`, no weights, a
  ///     part that is missing; what could not be read is then empty
  /// @throws NoSuchFileException if there is no such directory
  public static ModelDirectory read(Path path, Problems problems) throws IOException {
    requireDirectory(path);
    ObjectNode config = config(path, problems);
    ObjectNode generation = generationConfig(path, problems);
    return weights(path, config, generation, problems);
  }

  /// Reads only the configuration of a directory, whose weights need not be there.
  ///
  /// @param problems receives what is wrong with it
  /// @throws NoSuchFileException if there is no such directory
  public static ModelDirectory readConfig(Path path, Problems problems) throws IOException {
    requireDirectory(path);
    return new ModelDirectory(
        path,
        config(path, problems),
        generationConfig(path, problems),
        List.of(),
        Optional.empty());
  }

  private static ModelDirectory weights(
      Path path, ObjectNode config, ObjectNode generation, Problems problems) throws IOException {
    Optional<Map<String, String>> index =
        JsonFile.object(path.resolve(INDEX), problems).map(tree -> weightMap(tree, problems));
    List<String> parts = index.isPresent() ? named(index.get()) : found(path);
    if (parts.isEmpty()) {
      boolean pickled = Files.exists(path.resolve("pytorch_model.bin"));
      problems.add(
          "",
          "holds no model*.safetensors"
              + (pickled ? "; pytorch_model.bin is a pickle, which is not read" : ""));
    }
    for (String part : parts) {
      if (!Files.isRegularFile(path.resolve(part))) {
        problems.add(part, "is missing, though " + INDEX + " names it");
      }
    }
    return new ModelDirectory(path, config, generation, parts, index);
  }

  /// A file of the directory, such as `tokenizer.json`, if it is there.
  public Optional<Path> file(String name) {
    Path file = path.resolve(name);
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }

  /// The JSON object in a file of the directory, if it is there and right.
  ///
  /// @param problems receives what is wrong with the file
  public Optional<ObjectNode> json(String name, Problems problems) throws IOException {
    return JsonFile.object(path.resolve(name), problems);
  }

  /// The name of the directory, links in the path to it not followed.
  public String name() {
    Path name = path.toAbsolutePath().normalize().getFileName();
    return name == null ? "" : name.toString();
  }

  private static void requireDirectory(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isDirectory(path)) {
      throw new NotDirectoryException(path.toString());
    }
  }

  private static ObjectNode config(Path path, Problems problems) throws IOException {
    if (!Files.exists(path.resolve("config.json"))) {
      problems.add("config.json", "is missing");
    }
    return JsonFile.object(path.resolve("config.json"), problems).orElseGet(ModelDirectory::empty);
  }

  private static ObjectNode generationConfig(Path path, Problems problems) throws IOException {
    Problems own = new Problems();
    ObjectNode tree =
        JsonFile.object(path.resolve("generation_config.json"), own)
            .orElseGet(ModelDirectory::empty);
    // Some models are published with a broken one, and none needs it.
    own.list().forEach(problem -> problems.note(problem + "; the file is left out"));
    return tree;
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static Map<String, String> weightMap(ObjectNode tree, Problems problems) {
    Map<String, String> map = new LinkedHashMap<>();
    if (!(tree.get("weight_map") instanceof ObjectNode weights)) {
      problems.add(INDEX, "has no object weight_map");
      return map;
    }
    for (Map.Entry<String, JsonNode> entry : weights.properties()) {
      String part = entry.getValue().asText();
      // A part lies beside its index: a name with a folder in it would read files from elsewhere.
      if (!entry.getValue().isTextual() || part.isEmpty() || part.matches(".*[/\\\\\0].*")) {
        problems.add(INDEX, "%s is in %s, no name of a file".formatted(entry.getKey(), part));
      } else {
        map.put(entry.getKey(), part);
      }
    }
    return map;
  }

  private static List<String> named(Map<String, String> index) {
    return List.copyOf(new TreeSet<>(index.values()));
  }

  private static List<String> found(Path path) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.startsWith("model") && name.endsWith(".safetensors")) {
          names.add(name);
        }
      }
    }
    Collections.sort(names);
    return names;
  }
}
