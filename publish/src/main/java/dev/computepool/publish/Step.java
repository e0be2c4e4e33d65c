package dev.computepool.publish;

import dev.computepool.convert.model.OutputType;
import dev.computepool.llama.FileType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// One thing that publishing does.
public sealed interface Step {
  /// What the journal and `--redo` call it; unique in a plan.
  String name();

  /// Files and folders that it reads.
  List<Path> inputs();

  /// Files and folders that it makes.
  List<Path> outputs();

  /// What else decides its result, in words that are compared and nothing else.
  String settings();

  /// Bytes that it writes to this machine's disks.
  Size size();

  /// What is known of its result before it is done, such as an address.
  default SequencedMap<String, String> facts() {
    return new LinkedHashMap<>();
  }

  /// A number of bytes.
  ///
  /// @param exact whether it is known, and not estimated
  record Size(long bytes, boolean exact) {}

  /// Puts an adapter into its model.
  ///
  /// @param target the folder of the result
  record Merge(Path adapter, Path base, Path target, Size size) implements Step {
    @Override
    public String name() {
      return "merge";
    }

    @Override
    public List<Path> inputs() {
      return List.of(adapter, base);
    }

    @Override
    public List<Path> outputs() {
      return List.of(target);
    }

    @Override
    public String settings() {
      return "";
    }
  }

  /// Makes one GGUF file of a model directory.
  ///
  /// @param name of the step
  /// @param title what the model is called in the file
  record Convert(String name, Path model, Path target, OutputType type, String title, Size size)
      implements Step {
    @Override
    public List<Path> inputs() {
      return List.of(model);
    }

    @Override
    public List<Path> outputs() {
      return List.of(target);
    }

    @Override
    public String settings() {
      return type + " " + title;
    }
  }

  /// Makes a LoRA in GGUF of an adapter.
  ///
  /// @param base the directory of its model, whose configuration is read
  /// @param title what the adapter is called in the file
  record ConvertAdapter(Path adapter, Path base, Path target, String title, Size size)
      implements Step {
    @Override
    public String name() {
      return "convert-adapter";
    }

    @Override
    public List<Path> inputs() {
      return List.of(adapter, base.resolve("config.json"));
    }

    @Override
    public List<Path> outputs() {
      return List.of(target);
    }

    @Override
    public String settings() {
      return title;
    }
  }

  /// Makes a GGUF file smaller.
  ///
  /// @param matrix an importance matrix, or null
  record Quantize(Path model, Path target, FileType type, @Nullable Path matrix, Size size)
      implements Step {
    @Override
    public String name() {
      return "quantize-" + type.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<Path> inputs() {
      return matrix == null ? List.of(model) : List.of(model, matrix);
    }

    @Override
    public List<Path> outputs() {
      return List.of(target);
    }

    @Override
    public String settings() {
      return type.name();
    }
  }

  /// Copies everything that is published into a folder, with a list of its SHA-256 sums.
  ///
  /// @param replace whether a folder is replaced that this program has not made
  record Copy(Path target, Payload payload, boolean replace, Size size) implements Step {
    @Override
    public String name() {
      return "to";
    }

    @Override
    public List<Path> inputs() {
      return payload.inputs();
    }

    @Override
    public List<Path> outputs() {
      return List.of(target);
    }

    @Override
    public String settings() {
      List<String> names = payload.files().stream().map(Payload.Item::name).toList();
      return target + " " + String.join(" ", names);
    }

    @Override
    public SequencedMap<String, String> facts() {
      SequencedMap<String, String> facts = new LinkedHashMap<>();
      facts.put("path", target.toString());
      return facts;
    }
  }
}
