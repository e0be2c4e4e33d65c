package dev.computepool.publish;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.AtomicDirectory;
import dev.computepool.base.AtomicFile;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.convert.JsonFile;
import dev.computepool.convert.Problems;
import dev.computepool.convert.adapter.AdapterConversion;
import dev.computepool.convert.adapter.AdapterMerge;
import dev.computepool.convert.model.Conversion;
import dev.computepool.convert.model.ModelConversion;
import dev.computepool.convert.model.OutputType;
import dev.computepool.convert.model.SplitRule;
import dev.computepool.hash.Digest;
import dev.computepool.hash.HashEngine;
import dev.computepool.llama.QuantizeSettings;
import dev.computepool.llama.quantize.QuantizeRequest;
import dev.computepool.llama.quantize.Quantizer;
import dev.computepool.llama.worker.LlamaWorker;
import dev.computepool.publish.card.Card;
import dev.computepool.publish.card.CardSubject;
import dev.computepool.publish.journal.FileStamp;
import dev.computepool.publish.journal.Journal;
import dev.computepool.publish.source.ModelFiles;
import dev.computepool.sharding.plan.PlanOptions;
import dev.computepool.sharding.store.ShardSplitter;
import dev.computepool.sharding.store.SplitOptions;
import dev.computepool.sharding.store.SplitPlan;
import dev.computepool.sharding.store.SplitResult;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// Does one step.
final class StepRunner {
  private final Machine machine;
  private final Journal journal;
  private final Progress progress;

  StepRunner(Machine machine, Journal journal, Progress progress) {
    this.machine = machine;
    this.journal = journal;
    this.progress = progress;
  }

  /// Checks what can be checked before anything is done.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if there is something that must not be
  ///     replaced
  static void check(Step step, Journal journal) throws IOException {
    switch (step) {
      case Step.Copy copy -> FolderCopy.check(copy, journal);
      // In a folder of our own, where only our own results are replaced.
      case Step.Merge _,
          Step.NameBase _,
          Step.Convert _,
          Step.ConvertAdapter _,
          Step.Quantize _,
          Step.WriteCard _,
          Step.WriteModelfile _,
          Step.Upload _,
          Step.PushGit _,
          Step.PushOllama _ -> {}
      case Step.Shard shard -> checkShards(shard, journal);
    }
  }

  /// Checks whether llama.cpp is there, and whether it takes the model as far as that is there.
  ///
  /// @param there whether the model is
  /// @throws dev.computepool.llama.quantize.UnquantizableException if it cannot be quantized so
  void rehearse(Step.Quantize quantize, boolean there) throws IOException {
    if (quantize.matrix() != null && !Files.exists(quantize.matrix())) {
      throw new NoSuchFileException(quantize.matrix().toString());
    }
    try (LlamaWorker worker = machine.llama().start()) {
      if (there) {
        Quantizer.plan(worker, request(quantize), progress);
      }
    }
  }

  private QuantizeRequest request(Step.Quantize quantize) {
    return new QuantizeRequest(
        quantize.model(),
        quantize.target(),
        QuantizeSettings.of(quantize.type(), machine.threads()),
        quantize.matrix(),
        true);
  }

  /// What came of a step besides its outputs.
  ///
  /// @param facts such as an address
  /// @param digests of inputs and outputs that were hashed on the way
  /// @param kept whether all was there already, so that nothing was done
  record Done(SequencedMap<String, String> facts, Map<Path, Digest> digests, boolean kept) {}

  /// Does it; what it makes replaces what it made before.
  Done run(Step step) throws IOException {
    Map<Path, Digest> digests = Map.of();
    switch (step) {
      case Step.Merge merge -> {
        try (AdapterMerge planned = AdapterMerge.plan(merge.adapter(), merge.base())) {
          planned.write(merge.target(), true, machine.threads(), progress);
        }
      }
      case Step.NameBase named -> nameBase(named);
      case Step.Convert convert -> {
        ModelConversion.Options options =
            new ModelConversion.Options(convert.type(), convert.title(), SplitRule.NONE);
        try (Conversion planned = ModelConversion.plan(convert.model(), options)) {
          planned.write(convert.target(), true, machine.threads(), progress);
        }
      }
      case Step.ConvertAdapter convert -> {
        try (Conversion planned =
            AdapterConversion.plan(
                convert.adapter(), convert.base(), OutputType.F32, convert.title())) {
          planned.write(convert.target(), true, machine.threads(), progress);
        }
      }
      case Step.Quantize quantize -> {
        try (LlamaWorker worker = machine.llama().start()) {
          Quantizer.run(worker, Quantizer.plan(worker, request(quantize), progress), progress);
        }
      }
      case Step.WriteCard card -> digests = write(card);
      case Step.WriteModelfile modelfile -> write(modelfile);
      case Step.Shard shard -> {
        return split(shard);
      }
      case Step.Upload _, Step.PushGit _, Step.PushOllama _ -> {
        return new Remotes(machine, journal.known(), progress)
            .run(step, read -> journal.remember(step.name(), read));
      }
      case Step.Copy copy -> digests = FolderCopy.write(copy, journal, progress);
    }
    return new Done(step.facts(), digests, false);
  }

  /// @return the hashes of the GGUF files that it speaks of
  private Map<Path, Digest> write(Step.WriteCard step) throws IOException {
    Map<Path, FileStamp> known = journal.known();
    Map<Path, Digest> digests = new HashMap<>();
    List<CardSubject.GgufLine> files = new ArrayList<>();
    for (Map.Entry<Path, String> file : step.files().entrySet()) {
      Path path = file.getKey().toAbsolutePath().normalize();
      FileStamp stamp = known.get(path);
      if (stamp == null
          || stamp.sha256() == null
          || !stamp.looksLike(FileStamp.of(file.getKey()))) {
        // One that was there before, and that no step has hashed.
        try (Progress.Step hashing =
            progress.begin("Hashing", Files.size(file.getKey()), Progress.Unit.BYTES)) {
          stamp = FileStamp.hashed(file.getKey(), hashing);
        }
      }
      Digest digest = Objects.requireNonNull(stamp.sha256());
      digests.put(path, digest);
      files.add(
          new CardSubject.GgufLine(
              path.getFileName().toString(), file.getValue(), stamp.bytes(), digest));
    }
    Card card = Card.of(step.subject().asNow().with(files), step.options());
    if (card.plot().isPresent() != step.plotted()) {
      throw new IOException(
          "the run in %s has changed since the plan was made; the same command begins anew"
              .formatted(step.subject().origin()));
    }
    AtomicFile.writeString(step.folder().resolve(Card.FILE), card.text());
    if (card.plot().isPresent()) {
      AtomicFile.writeString(step.folder().resolve(Card.PLOT), card.plot().get());
    }
    return digests;
  }

  private static void nameBase(Step.NameBase step) throws IOException {
    Problems problems = new Problems();
    try (AtomicDirectory directory = AtomicDirectory.replace(step.target())) {
      for (Path file : ModelFiles.ofAdapter(step.adapter())) {
        Path copy = directory.path().resolve(step.adapter().relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
      Path config = directory.path().resolve("adapter_config.json");
      ObjectNode tree =
          JsonFile.object(config, problems).orElseGet(JsonNodeFactory.instance::objectNode);
      problems.throwIfAny(step.adapter());
      tree.put("base_model_name_or_path", step.baseModel());
      Files.writeString(
          config, new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(tree));
      directory.commit();
    }
  }

  private static OllamaFiles told(Step.WriteModelfile step) throws IOException {
    if (step.unmerged() == null) {
      return OllamaFiles.of(step.gguf(), step.generation(), step.choice());
    }
    try (AdapterMerge merge = AdapterMerge.plan(step.unmerged().path(), step.unmerged().base());
        MergedTexts texts = MergedTexts.of(merge)) {
      return OllamaFiles.of(texts.folder(), step.generation(), step.choice());
    }
  }

  private static void write(Step.WriteModelfile step) throws IOException {
    OllamaFiles files = told(step);
    if (!files.names().equals(step.names())) {
      throw new FormatException(
          step.gguf().toString(),
          new FormatException.Problem(
              "",
              "tells Ollama %s, and what it is made of told %s"
                  .formatted(files.names(), step.names())));
    }
    Path adapter = step.adapter();
    files.write(
        step.folder(),
        step.gguf().getFileName().toString(),
        adapter == null ? null : adapter.getFileName().toString(),
        OllamaFiles.texts(step.licenses()));
  }

  private static void checkShards(Step.Shard step, Journal journal) throws IOException {
    Path target = step.outputs().getFirst();
    boolean ours =
        journal
            .entry(step.name())
            .filter(entry -> target.toString().equals(entry.facts().get("path")))
            .isPresent();
    if (Files.exists(target) && !ours) {
      throw new FileAlreadyExistsException(target.toString());
    }
  }

  private Done split(Step.Shard step) throws IOException {
    SplitOptions options =
        SplitOptions.of(
                PlanOptions.DEFAULT.withShardSize(step.shardSize()).withId(step.id()),
                // The same model gives the same shards, whenever it is published.
                Files.getLastModifiedTime(step.gguf()).toInstant())
            .withReplace(true);
    SplitPlan plan = ShardSplitter.plan(step.gguf(), step.models(), options);
    HashEngine engine = HashEngine.detect().withThreads(machine.threads());
    SplitResult result = new ShardSplitter(engine).write(plan, progress);
    SequencedMap<String, String> facts = step.facts();
    facts.put("model_id", result.modelId());
    return new Done(facts, Map.of(), false);
  }
}
