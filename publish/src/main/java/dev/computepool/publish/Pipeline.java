package dev.computepool.publish;

import dev.computepool.convert.adapter.AdapterConversion;
import dev.computepool.convert.adapter.AdapterMerge;
import dev.computepool.convert.model.Conversion;
import dev.computepool.convert.model.ModelConversion;
import dev.computepool.convert.model.OutputType;
import dev.computepool.convert.model.PlannedTensor;
import dev.computepool.convert.model.SplitRule;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.llama.FileType;
import dev.computepool.publish.Payload.Item;
import dev.computepool.publish.Step.Size;
import dev.computepool.publish.card.Card;
import dev.computepool.publish.card.CardSubject;
import dev.computepool.publish.card.FrontMatter;
import dev.computepool.publish.modelfile.NoGoTemplateException;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.source.ModelFiles;
import dev.computepool.publish.source.RunFacts;
import dev.computepool.publish.source.Source;
import dev.computepool.sharding.plan.ModelId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which steps a request takes. Reads headers and configurations, and writes nothing that stays.
final class Pipeline implements AutoCloseable {
  private final PublishRequest request;
  private final List<Step> steps = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<Item> files = new ArrayList<>();
  private final SequencedMap<Path, String> ggufs = new LinkedHashMap<>();
  private @Nullable Path model;
  private long published;
  private @Nullable Path loraFile;
  private @Nullable OllamaFiles ollama;

  /// What GGUF files are called, and in them the model.
  private String stem;

  /// What an adapter's model says about itself.
  private @Nullable MergedTexts texts;

  private Pipeline(PublishRequest request) {
    this.request = request;
    this.stem = request.name();
  }

  @Override
  public void close() throws IOException {
    if (texts != null) {
      texts.close();
    }
  }

  /// The steps, in an order in which they can be done, and what the user should know of them.
  record Steps(List<Step> steps, List<String> notes) {}

  /// Decides.
  ///
  /// @throws dev.computepool.base.FormatException with all that is wrong with the model
  static Steps of(PublishRequest request) throws IOException {
    try (Pipeline pipeline = new Pipeline(request)) {
      switch (request.source()) {
        case Source.AdapterFolder adapter -> pipeline.adapter(adapter);
        case Source.ModelFolder folder -> pipeline.model(folder.path(), folder.path());
        case Source.GgufModel file -> pipeline.gguf(file.path());
      }
      pipeline.modelfile();
      pipeline.card();
      pipeline.destinations();
      return new Steps(List.copyOf(pipeline.steps), List.copyOf(pipeline.notes));
    }
  }

  private void adapter(Source.AdapterFolder source) throws IOException {
    try (AdapterMerge merge = AdapterMerge.plan(source.path(), source.base())) {
      merge.plan().notes().forEach(notes::add);
      texts = MergedTexts.of(merge);
      if (!request.unmerged()) {
        Path merged = request.work().resolve("merged");
        Size size = new Size(merge.plan().byteSize(), true);
        steps.add(new Step.Merge(source.path(), source.base(), merged, size));
        model(merged, source.base());
        return;
      }
    }
    model = named(source);
    published += bytes(ModelFiles.ofAdapter(source.path()));
    Path target = file("adapter-F32");
    try (Conversion conversion =
        AdapterConversion.plan(source.path(), source.base(), OutputType.F32, request.name())) {
      Size size = new Size(conversion.plan().byteSize(), true);
      steps.add(
          new Step.ConvertAdapter(source.path(), source.base(), target, request.name(), size));
      files.add(new Item(target.getFileName().toString(), target));
      published += size.bytes();
      loraFile = target;
    }
    // What is in these files is the model without the adapter.
    stem = request.name() + "-base";
    convert(source.base(), source.base());
  }

  /// The adapter's folder, or the copy of it in which its model has the name that others know.
  ///
  /// @throws UnnamedBaseException if it would go elsewhere with a folder's name of this machine
  private Path named(Source.AdapterFolder source) throws IOException {
    long bytes = bytes(ModelFiles.ofAdapter(source.path()));
    CardSubject subject =
        new CardSubject(
            source.path(),
            source.base(),
            source.base(),
            CardSubject.Kind.ADAPTER,
            true,
            source.run(),
            List.of());
    String draft = Card.of(subject, request.card()).text();
    String known = FrontMatter.read(Card.FILE, draft).keys().path("base_model").asText("");
    if (source.baseName().equals(known)) {
      return source.path();
    }
    if (!known.isEmpty()) {
      Path target = request.work().resolve("adapter");
      steps.add(new Step.NameBase(source.path(), target, known, new Size(bytes, false)));
      return target;
    }
    if (request.destinations().stream().anyMatch(Pipeline::getsAdapterConfig)) {
      throw new UnnamedBaseException(source.path(), source.baseName());
    }
    notes.add(
        "adapter_config.json names %s, a folder of this machine, as its model"
            .formatted(source.baseName()));
    return source.path();
  }

  /// Whether a destination elsewhere gets PEFT's files. Ollama gets a LoRA in GGUF and its model.
  private static boolean getsAdapterConfig(Destination destination) {
    return destination instanceof Destination.HubRepository
        || destination instanceof Destination.GitBranch;
  }

  /// A model directory, which may be there only once an adapter is merged.
  ///
  /// @param shape a directory with tensors of the same names and sizes that is there now
  private void model(Path folder, Path shape) throws IOException {
    if (!request.ggufOnly()) {
      model = folder;
      published += bytes(ModelFiles.ofModel(shape));
    }
    convert(folder, shape);
  }

  /// GGUF files of a model directory. Types of plain numbers, and `Q8_0`, need no llama.cpp: the
  /// converter writes them from the weights as they are.
  private void convert(Path folder, Path shape) throws IOException {
    Path sixteen = null;
    for (FileType quant : request.quants()) {
      Optional<OutputType> direct = OutputType.ofName(quant.name());
      if (direct.isPresent()) {
        convert("convert-" + word(quant), folder, shape, direct.get());
        Path target = file(quant.name());
        publish(target, quant.name(), new Size(bytes(target), false));
        continue;
      }
      try (Conversion conversion = plan(shape, OutputType.AUTO)) {
        OutputType type = conversion.plan().type();
        if (sixteen == null) {
          sixteen = file(type.name());
          Path existing = sixteen;
          if (steps.stream().noneMatch(step -> step.outputs().contains(existing))) {
            convert("convert-" + type.name().toLowerCase(Locale.ROOT), folder, shape, type);
          }
        }
        quantize(sixteen, quant, tensors(conversion.plan().tensors()));
      }
    }
  }

  private void convert(String name, Path folder, Path shape, OutputType type) throws IOException {
    Path target = file(type.name());
    if (steps.stream().anyMatch(step -> step.outputs().contains(target))) {
      return;
    }
    try (Conversion conversion = plan(shape, type)) {
      conversion.plan().notes().stream().filter(n -> !notes.contains(n)).forEach(notes::add);
      Size size = new Size(conversion.plan().byteSize(), folder.equals(shape));
      steps.add(new Step.Convert(name, folder, target, type, stem, size));
    }
  }

  private Conversion plan(Path folder, OutputType type) throws IOException {
    return ModelConversion.plan(folder, new ModelConversion.Options(type, stem, SplitRule.NONE));
  }

  private void gguf(Path file) throws IOException {
    GgufHeader header = GgufFile.readHeader(file);
    long type = header.metadata().integer("general.file_type").orElse(-1);
    String label =
        Arrays.stream(FileType.values())
            .filter(t -> t.id() == type && t != FileType.COPY)
            .map(FileType::name)
            .findFirst()
            .orElse("");
    if (request.quants().isEmpty()) {
      publish(file, label, new Size(header.fileSize(), true));
    }
    for (FileType quant : request.quants()) {
      if (quant.id() == type) {
        publish(file, label, new Size(header.fileSize(), true));
      } else {
        quantize(file, quant, tensors(header));
      }
    }
  }

  private void quantize(Path from, FileType type, List<QuantSize.Tensor> tensors) {
    Size size = new Size(QuantSize.of(tensors, type), false);
    Path target = file(type.name());
    steps.add(new Step.Quantize(from, target, type, request.matrix(), size));
    publish(target, type.name(), size);
  }

  private static List<QuantSize.Tensor> tensors(List<PlannedTensor> planned) {
    List<QuantSize.Tensor> tensors = new ArrayList<>();
    for (PlannedTensor tensor : planned) {
      tensors.add(
          new QuantSize.Tensor(
              tensor.name(),
              tensor.numbers().elements(),
              tensor.numbers().shape().getLast(),
              tensor.numbers().shape().size() < 2));
    }
    return tensors;
  }

  private static List<QuantSize.Tensor> tensors(GgufHeader header) {
    List<QuantSize.Tensor> tensors = new ArrayList<>();
    for (TensorInfo tensor : header.tensors()) {
      tensors.add(
          new QuantSize.Tensor(
              tensor.name(),
              tensor.shape().elements(),
              tensor.shape().extent(0),
              tensor.shape().extents().size() < 2));
    }
    return tensors;
  }

  private void publish(Path file, String type, Size size) {
    ggufs.put(file, type);
    files.add(new Item(file.getFileName().toString(), file));
    published += size.bytes();
  }

  private void card() throws IOException {
    Source source = request.source();
    Path base = source instanceof Source.AdapterFolder adapter ? adapter.base() : null;
    CardSubject subject =
        new CardSubject(
            source.path(),
            base == null ? source.run().flatMap(RunFacts::base).orElse(null) : base,
            source.path(),
            kind(),
            model != null,
            source.run(),
            List.of());
    // Made once for nothing: what is wrong with it is to be known before anything is done.
    Path shape = base == null ? source.path() : base;
    Card draft = Card.of(subject.shownBy(shape), request.card());
    if (FrontMatter.read(Card.FILE, draft.text()).keys().path("license").isMissingNode()) {
      notes.add("the card names no licence, for no file tells one");
    }
    Path shown = base == null || request.unmerged() ? shape : steps.getFirst().outputs().getFirst();
    Path folder = request.work();
    boolean plotted = draft.plot().isPresent();
    SequencedMap<Path, String> listed = new LinkedHashMap<>(ggufs);
    if (loraFile != null) {
      listed.put(loraFile, "LoRA, " + OutputType.F32);
    }
    steps.add(new Step.WriteCard(folder, plotted, subject.shownBy(shown), listed, request.card()));
    files.add(new Item(Card.FILE, folder.resolve(Card.FILE)));
    if (plotted) {
      files.add(new Item(Card.PLOT, folder.resolve(Card.PLOT)));
    }
  }

  private CardSubject.Kind kind() {
    return switch (request.source()) {
      case Source.AdapterFolder _ when request.unmerged() -> CardSubject.Kind.ADAPTER;
      case Source.AdapterFolder _ -> CardSubject.Kind.FINETUNE;
      case Source.ModelFolder folder when folder.run().isPresent() -> CardSubject.Kind.FINETUNE;
      case Source.ModelFolder _ when request.ggufOnly() -> CardSubject.Kind.QUANTIZED;
      case Source.ModelFolder _ -> CardSubject.Kind.MODEL;
      case Source.GgufModel _ -> CardSubject.Kind.QUANTIZED;
    };
  }

  /// The folder or file, there now, that has the model's template and tokens.
  private Path shape() {
    return request.source() instanceof Source.AdapterFolder adapter
        ? adapter.base()
        : request.source().path();
  }

  /// What Ollama is told, where there is a GGUF file that it could load. Without a template that is
  /// certain nothing is told, which is an error only if Ollama is where this goes.
  private void modelfile() throws IOException {
    if (ggufs.isEmpty()) {
      if (request.modelfileOnly()) {
        throw new NoGgufException(request.source().path());
      }
      return;
    }
    Path generation = shape().resolveSibling("generation_config.json");
    if (Files.isDirectory(shape())) {
      generation = shape().resolve("generation_config.json");
    }
    try {
      Path told = texts == null ? shape() : texts.folder();
      ollama = OllamaFiles.of(told, generation, request.template());
    } catch (NoGoTemplateException e) {
      if (needsModelfile()) {
        throw e;
      }
      notes.add("no Modelfile: %s: %s".formatted(e.getMessage(), e.why()));
      return;
    }
    if (needsModelfile()) {
      notes.addAll(ollama.notes());
    }
    List<String> names = ollama.names();
    Path gguf = ggufs.firstEntry().getKey();
    steps.add(
        new Step.WriteModelfile(
            request.work(),
            gguf,
            request.source() instanceof Source.AdapterFolder adapter && request.unmerged()
                ? adapter
                : null,
            loraFile,
            generation,
            licenses(),
            request.template(),
            names));
    for (String name : names) {
      files.add(new Item(name, request.work().resolve(name)));
    }
  }

  private boolean needsModelfile() {
    return request.modelfileOnly()
        || request.destinations().stream().anyMatch(Destination.OllamaModel.class::isInstance);
  }

  private List<Path> licenses() throws IOException {
    return Files.isDirectory(shape()) ? OllamaFiles.licenses(shape()) : List.of();
  }

  private void destinations() throws IOException {
    Payload payload = new Payload(model, request.unmerged(), files);
    Path uploads = request.work().resolve("uploads");
    for (Destination destination : request.destinations()) {
      switch (destination) {
        case Destination.Folder(Path path, boolean replace) -> {
          requireApart(path);
          steps.add(new Step.Copy("to", path, payload, replace, new Size(published, false)));
        }
        case Destination.HubRepository repository ->
            steps.add(new Step.Upload(repository, payload, uploads));
        case Destination.GitBranch branch -> steps.add(new Step.PushGit(branch, payload, uploads));
        case Destination.OllamaModel named -> ollama(named);
        case Destination.Swarm swarm -> swarm(swarm);
      }
    }
  }

  /// A folder is replaced whole, so nothing may be in it that is read or kept.
  private void requireApart(Path target) throws IOException {
    List<Path> needed = new ArrayList<>(List.of(request.source().path()));
    if (request.source() instanceof Source.AdapterFolder adapter) {
      needed.add(adapter.base());
    }
    needed.add(request.work());
    for (Path path : needed) {
      if (real(path).startsWith(real(target))) {
        throw new IllegalArgumentException(
            "%s would be replaced, and %s is in it".formatted(target, path));
      }
    }
  }

  /// A path without links, though its end may not be there yet.
  private static Path real(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    return Files.exists(absolute) || parent == null
        ? absolute.toRealPath()
        : real(parent).resolve(absolute.getFileName());
  }

  private void ollama(Destination.OllamaModel destination) throws IOException {
    if (ollama == null) {
      throw new NoGgufException(request.source().path());
    }
    SequencedMap<ModelName, Path> models = new LinkedHashMap<>();
    if (destination.tagged()) {
      if (ggufs.size() > 1) {
        throw new IllegalArgumentException(
            "%s has one tag, and there are %d files; without a tag each gets its own"
                .formatted(destination.name().display(), ggufs.size()));
      }
      models.put(destination.name(), ggufs.firstEntry().getKey());
    } else {
      ggufs.forEach(
          (file, type) -> {
            if (!type.isEmpty()) {
              models.put(destination.name().withTag(type.toLowerCase(Locale.ROOT)), file);
            }
          });
      models.put(destination.name().withTag("latest"), ggufs.firstEntry().getKey());
    }
    if (!destination.road().isHere()) {
      destination.name().requirePublishable();
    }
    List<Path> told = ollama.names().stream().map(request.work()::resolve).toList();
    long bytes = loraFile == null ? 0 : bytes(loraFile);
    for (Path file : Set.copyOf(models.values())) {
      bytes += bytes(file);
    }
    steps.add(
        new Step.PushOllama(
            models, bytes, destination.road(), loraFile, told, licenses(), ollama.requires()));
  }

  private void swarm(Destination.Swarm swarm) throws IOException {
    Path adapter = model;
    if (request.unmerged() && adapter != null) {
      Path target = swarm.data().resolve("adapters").resolve(request.name());
      Payload payload = new Payload(adapter, true, List.of());
      long bytes = bytes(ModelFiles.ofAdapter(request.source().path()));
      steps.add(new Step.Copy("swarm-adapter", target, payload, false, new Size(bytes, false)));
    } else if (ggufs.isEmpty()) {
      throw new NoGgufException(request.source().path());
    }
    for (Path gguf : ggufs.keySet()) {
      ModelId id = ModelId.ofFileName(gguf.getFileName().toString());
      Path models = swarm.data().resolve("models");
      steps.add(new Step.Shard(gguf, models, id, swarm.shardSize(), new Size(bytes(gguf), false)));
    }
  }

  private Path file(String type) {
    return request.work().resolve("%s-%s.gguf".formatted(stem, type));
  }

  /// What a file has, or will have.
  private long bytes(Path file) throws IOException {
    Optional<Step> maker = steps.stream().filter(step -> step.outputs().contains(file)).findFirst();
    return maker.isPresent() ? maker.get().size().bytes() : Files.size(file);
  }

  private static String word(FileType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private static long bytes(List<Path> files) throws IOException {
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    return bytes;
  }
}
