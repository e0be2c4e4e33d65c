package dev.computepool.publish;

import dev.computepool.convert.model.OutputType;
import dev.computepool.llama.FileType;
import dev.computepool.publish.card.Card;
import dev.computepool.publish.card.CardOptions;
import dev.computepool.publish.card.CardSubject;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.source.Source;
import dev.computepool.sharding.plan.ModelId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Stream;
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

  /// Whether its result is elsewhere, so that only asking there tells whether it still holds.
  default boolean isRemote() {
    return false;
  }

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

  /// Copies an adapter that is published as it is, and names its model as the Hub does: what
  /// training wrote there may be a folder of this machine.
  ///
  /// @param baseModel the Hub's id of the model
  record NameBase(Path adapter, Path target, String baseModel, Size size) implements Step {
    @Override
    public String name() {
      return "adapter";
    }

    @Override
    public List<Path> inputs() {
      return List.of(adapter);
    }

    @Override
    public List<Path> outputs() {
      return List.of(target);
    }

    @Override
    public String settings() {
      return baseModel;
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

  /// Writes the card, and its plot beside it.
  ///
  /// @param folder that it is written to
  /// @param plotted whether there is a plot
  /// @param subject without its GGUF files, which may not be there yet
  /// @param files those GGUF files: what is there in the end, and its type
  record WriteCard(
      Path folder,
      boolean plotted,
      CardSubject subject,
      SequencedMap<Path, String> files,
      CardOptions options)
      implements Step {
    public WriteCard {
      files = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(files));
    }

    @Override
    public String name() {
      return "card";
    }

    @Override
    public List<Path> inputs() {
      List<Path> inputs = new ArrayList<>(files.keySet());
      inputs.add(subject.shown());
      subject.run().ifPresent(run -> inputs.addAll(run.files()));
      Stream.of(subject.origin(), subject.base())
          .filter(Objects::nonNull)
          .flatMap(dir -> READ.stream().map(dir::resolve))
          .filter(Files::isRegularFile)
          .forEach(inputs::add);
      Stream.of(options.card(), options.template()).filter(Objects::nonNull).forEach(inputs::add);
      return inputs.stream().distinct().toList();
    }

    @Override
    public List<Path> outputs() {
      Path card = folder.resolve(Card.FILE);
      return plotted ? List.of(card, folder.resolve(Card.PLOT)) : List.of(card);
    }

    @Override
    public String settings() {
      return "%s %s %s %s".formatted(subject.kind(), subject.weights(), files.values(), options);
    }

    @Override
    public Size size() {
      return new Size(TYPICAL, false);
    }

    // What of a folder is looked at for a card.
    private static final List<String> READ =
        List.of(Card.FILE, "config.json", "adapter_config.json");

    // A card with its plot.
    private static final long TYPICAL = 16 << 10;
  }

  /// Copies everything that is published into a folder, with a list of its SHA-256 sums.
  ///
  /// @param name of the step
  /// @param replace whether a folder is replaced that this program has not made
  record Copy(String name, Path target, Payload payload, boolean replace, Size size)
      implements Step {
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

  /// Publishes everything to a repository of Hugging Face's Hub, which is asked each time what it
  /// has.
  ///
  /// @param state a folder for what is known of unfinished uploads
  record Upload(Destination.HubRepository to, Payload payload, Path state) implements Step {
    @Override
    public String name() {
      return "hugging-face";
    }

    @Override
    public List<Path> inputs() {
      return payload.inputs();
    }

    @Override
    public List<Path> outputs() {
      return List.of();
    }

    @Override
    public String settings() {
      return to.toString();
    }

    @Override
    public Size size() {
      return new Size(0, true);
    }

    @Override
    public boolean isRemote() {
      return true;
    }
  }

  /// Writes the Modelfile, and what it says for the Hub.
  ///
  /// @param folder that it is written to
  /// @param gguf the model
  /// @param unmerged an adapter that stays one, which may have been trained with a template of its
  ///     own, or null
  /// @param adapter that adapter in GGUF, or null
  /// @param generation the model's `generation_config.json`, which need not be there
  /// @param licenses files with their texts
  /// @param names of the files that are made
  record WriteModelfile(
      Path folder,
      Path gguf,
      Source.@Nullable AdapterFolder unmerged,
      @Nullable Path adapter,
      Path generation,
      List<Path> licenses,
      TemplateChoice choice,
      List<String> names)
      implements Step {
    public WriteModelfile {
      licenses = List.copyOf(licenses);
      names = List.copyOf(names);
    }

    @Override
    public String name() {
      return "modelfile";
    }

    @Override
    public List<Path> inputs() {
      List<Path> inputs = new ArrayList<>(List.of(gguf));
      if (adapter != null) {
        inputs.add(adapter);
      }
      if (unmerged != null) {
        inputs.addAll(List.of(unmerged.path(), unmerged.base()));
      }
      inputs.addAll(licenses);
      if (choice instanceof TemplateChoice.Written(Path file)) {
        inputs.add(file);
      }
      if (Files.isRegularFile(generation)) {
        inputs.add(generation);
      }
      return inputs.stream().distinct().toList();
    }

    @Override
    public List<Path> outputs() {
      return names.stream().map(folder::resolve).toList();
    }

    @Override
    public String settings() {
      return choice + " " + names;
    }

    @Override
    public Size size() {
      return new Size(TYPICAL, false);
    }

    // A Modelfile, a template and some parameters.
    private static final long TYPICAL = 8 << 10;
  }

  /// Publishes to Ollama, under one name or several.
  ///
  /// @param models a GGUF file for each name
  /// @param bytes of all files, as far as that is known before they are made
  /// @param files that {@link WriteModelfile} has made
  /// @param requires the oldest version of Ollama that runs it, or null
  record PushOllama(
      SequencedMap<ModelName, Path> models,
      long bytes,
      OllamaRoad road,
      @Nullable Path adapter,
      List<Path> files,
      List<Path> licenses,
      @Nullable String requires)
      implements Step {
    public PushOllama {
      models = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(models));
      files = List.copyOf(files);
      licenses = List.copyOf(licenses);
    }

    @Override
    public String name() {
      return road.isHere() ? "install" : "ollama";
    }

    @Override
    public List<Path> inputs() {
      List<Path> inputs = new ArrayList<>(models.values());
      if (adapter != null) {
        inputs.add(adapter);
      }
      inputs.addAll(files);
      inputs.addAll(licenses);
      return inputs.stream().distinct().toList();
    }

    @Override
    public List<Path> outputs() {
      return List.of();
    }

    @Override
    public String settings() {
      return "%s %s %s".formatted(models.keySet(), road, requires);
    }

    @Override
    public Size size() {
      return road instanceof OllamaRoad.Store ? new Size(bytes, false) : new Size(0, true);
    }

    @Override
    public boolean isRemote() {
      return true;
    }
  }

  /// Publishes everything to a branch of a git remote.
  ///
  /// @param state a folder for what is known of unfinished uploads
  record PushGit(Destination.GitBranch to, Payload payload, Path state) implements Step {
    @Override
    public String name() {
      return "git";
    }

    @Override
    public List<Path> inputs() {
      return payload.inputs();
    }

    @Override
    public List<Path> outputs() {
      return List.of();
    }

    @Override
    public String settings() {
      return to.toString();
    }

    @Override
    public Size size() {
      return new Size(0, true);
    }

    @Override
    public boolean isRemote() {
      return true;
    }
  }

  /// Cuts a model into the shards that SwarmLLM nodes load, in a node's folder.
  ///
  /// @param models the folder that the model's own folder appears in
  /// @param id of the model, and the name of its folder
  record Shard(Path gguf, Path models, ModelId id, long shardSize, Size size) implements Step {
    @Override
    public String name() {
      return "swarm-" + id;
    }

    @Override
    public List<Path> inputs() {
      return List.of(gguf);
    }

    @Override
    public List<Path> outputs() {
      return List.of(models.resolve(id.value()));
    }

    @Override
    public String settings() {
      return models + " " + shardSize;
    }

    @Override
    public SequencedMap<String, String> facts() {
      SequencedMap<String, String> facts = new LinkedHashMap<>();
      facts.put("path", outputs().getFirst().toString());
      return facts;
    }
  }
}
