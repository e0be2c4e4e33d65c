package dev.computepool.convert.adapter;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.AtomicDirectory;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.convert.ModelDirectory;
import dev.computepool.convert.Problems;
import dev.computepool.convert.tensor.Dense;
import dev.computepool.convert.tensor.LowRank;
import dev.computepool.convert.tensor.Merged;
import dev.computepool.convert.tensor.Placed;
import dev.computepool.convert.tensor.Stored;
import dev.computepool.convert.tensor.TensorWriter;
import dev.computepool.gguf.GgmlType;
import dev.computepool.safetensors.Dtype;
import dev.computepool.safetensors.SafetensorsFile;
import dev.computepool.safetensors.SafetensorsLayout;
import dev.computepool.safetensors.SafetensorsSet;
import dev.computepool.safetensors.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An adapter and the model it was trained for, which are to become one model directory.
///
/// Each weight that the adapter changes is computed in `F32` and rounded once, to the type it had;
/// everything else is copied.
public final class AdapterMerge implements AutoCloseable {
  private static final String INDEX = "model.safetensors.index.json";

  private final Adapter adapter;
  private final SafetensorsSet weights;
  private final List<Part> parts;
  private final List<Path> others;
  private final Map<String, ObjectNode> rewritten;
  private final MergePlan plan;

  /// One file of the result.
  private record Part(String name, SafetensorsLayout layout, Map<String, Planned> tensors) {}

  /// A tensor of the result.
  ///
  /// @param type its numbers are rounded to, or null to copy them
  private record Planned(Dense numbers, Dtype dtype, List<Long> shape, @Nullable GgmlType type) {}

  private AdapterMerge(
      Adapter adapter,
      SafetensorsSet weights,
      List<Part> parts,
      List<Path> others,
      Map<String, ObjectNode> rewritten,
      MergePlan plan) {
    this.adapter = adapter;
    this.weights = weights;
    this.parts = parts;
    this.others = others;
    this.rewritten = rewritten;
    this.plan = plan;
  }

  /// Reads both directories and decides all that is to be written.
  ///
  /// @throws FormatException with all that is wrong with one of them
  public static AdapterMerge plan(Path adapterPath, Path base) throws IOException {
    Problems problems = new Problems();
    ModelDirectory directory = ModelDirectory.read(base, problems);
    problems.throwIfAny(base);
    SafetensorsSet weights =
        SafetensorsSet.open(base, directory.parts(), directory.index().orElse(null));
    Optional<Adapter> adapter = Optional.empty();
    try {
      adapter = Adapter.open(adapterPath, problems);
      if (adapter.isEmpty()) {
        problems.throwIfAny(adapterPath);
        throw new IllegalStateException("there is an adapter, or a problem");
      }
      AdapterMerge merge = new Planner(adapter.get(), directory, weights, problems).plan();
      adapter = Optional.empty();
      weights = null;
      return merge;
    } finally {
      adapter.ifPresent(Adapter::close);
      if (weights != null) {
        weights.close();
      }
    }
  }

  /// What will be written.
  public MergePlan plan() {
    return plan;
  }

  /// The files besides the weights that go into the model as they are: the base's configuration and
  /// terms, and the adapter's tokenizer and template where it has its own.
  public List<Path> copied() {
    return others;
  }

  /// Checks what {@link #write} checks before it writes.
  ///
  /// @throws FileAlreadyExistsException if the directory is there and may not be replaced
  /// @throws dev.computepool.base.DiskFullException if the model does not fit
  public void check(Path target, boolean replace) throws IOException {
    if (!replace && Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    DiskSpace.require(target, plan.byteSize());
  }

  /// Writes the model; the directory appears when it is complete.
  ///
  /// @param replace whether a directory that is there may be replaced
  /// @throws FileAlreadyExistsException if one is there and may not be replaced
  /// @throws dev.computepool.base.DiskFullException if the model does not fit
  /// @throws dev.computepool.base.CancelledException if the user asked to stop
  public void write(Path target, boolean replace, int threads, Progress progress)
      throws IOException {
    check(target, replace);
    List<FileChannel> open = new ArrayList<>();
    try (AtomicDirectory directory =
            replace ? AtomicDirectory.replace(target) : AtomicDirectory.create(target);
        Progress.Step step = progress.begin("Merging", plan.byteSize(), Progress.Unit.BYTES)) {
      try {
        List<Placed> placed = new ArrayList<>();
        for (Part part : parts) {
          open.add(place(part, directory.path(), placed));
        }
        new TensorWriter(threads).write(placed, step);
      } finally {
        for (FileChannel channel : open) {
          channel.close();
        }
      }
      for (Path file : others) {
        Files.copy(file, directory.path().resolve(file.getFileName()));
      }
      for (Map.Entry<String, ObjectNode> file : rewritten.entrySet()) {
        new JsonMapper()
            .writerWithDefaultPrettyPrinter()
            .writeValue(directory.path().resolve(file.getKey()).toFile(), file.getValue());
      }
      directory.commit();
    }
  }

  private static FileChannel place(Part part, Path directory, List<Placed> placed)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(part.name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    ByteBuffer header = part.layout.header();
    while (header.hasRemaining()) {
      channel.write(header);
    }
    for (StoredTensor tensor : part.layout.tensors()) {
      Planned planned = part.tensors.get(tensor.name());
      if (planned != null) {
        placed.add(
            new Placed(
                planned.numbers,
                planned.type,
                channel,
                part.layout.dataOffset() + tensor.range().start()));
      }
    }
    return channel;
  }

  @Override
  public void close() {
    adapter.close();
    weights.close();
  }

  /// Plans one merge.
  private static final class Planner {
    private final Adapter adapter;
    private final ModelDirectory directory;
    private final SafetensorsSet weights;
    private final Problems problems;
    private final Map<String, Planned> changed = new HashMap<>();

    Planner(Adapter adapter, ModelDirectory directory, SafetensorsSet weights, Problems problems) {
      this.adapter = adapter;
      this.directory = directory;
      this.weights = weights;
      this.problems = problems;
    }

    AdapterMerge plan() throws IOException {
      for (Adapter.Part part : adapter.parts()) {
        switch (part) {
          case Adapter.Replacement saved -> replace(saved);
          case Adapter.Product product -> add(product);
        }
      }
      if (changed.isEmpty() && problems.isEmpty()) {
        problems.add(Adapter.WEIGHTS, "changes nothing that is in the model");
      }
      Map<String, ObjectNode> rewritten = new LinkedHashMap<>();
      ObjectNode config = resizedConfig();
      if (config != null) {
        rewritten.put("config.json", config);
      }
      problems.throwIfAny(adapter.path());
      List<Part> parts = parts();
      if (config != null) {
        directory
            .json(INDEX, problems)
            .ifPresent(index -> rewritten.put(INDEX, withTotal(index, parts)));
      }
      List<Path> others = others(rewritten.keySet());
      long bytes = 0;
      for (Part part : parts) {
        bytes += part.layout.fileSize();
      }
      MergePlan plan =
          new MergePlan(
              adapter.path(),
              directory.path(),
              changed.keySet().stream().sorted().toList(),
              weights.names().size(),
              bytes,
              problems.notes());
      return new AdapterMerge(adapter, weights, parts, others, rewritten, plan);
    }

    private @Nullable Dense base(String target) {
      Planned planned = changed.get(target);
      if (planned != null) {
        return planned.numbers;
      }
      StoredTensor tensor = weights.find(target);
      return tensor == null
          ? null
          : new Stored(tensor.dtype(), tensor.shape(), weights.bytes(target));
    }

    private void replace(Adapter.Replacement saved) {
      String target = saved.target();
      StoredTensor old = weights.find(target);
      if (old == null) {
        problems.add("tensor " + target, "is saved in the adapter, and not in the model");
        return;
      }
      boolean grown =
          isVocabulary(target)
              && old.shape().size() == 2
              && saved.numbers().shape().size() == 2
              && old.shape().getLast().equals(saved.numbers().shape().getLast());
      if (!grown && !old.shape().equals(saved.numbers().shape())) {
        problems.add(
            "tensor " + target,
            "has shape %s in the adapter and %s in the model"
                .formatted(saved.numbers().shape(), old.shape()));
        return;
      }
      keep(target, saved.numbers(), old.dtype());
    }

    private static boolean isVocabulary(String target) {
      return target.endsWith("embed_tokens.weight")
          || target.endsWith("lm_head.weight")
          || target.endsWith("wte.weight")
          || target.endsWith("word_embeddings.weight")
          || target.endsWith("embed_in.weight")
          || target.endsWith("embed_out.weight");
    }

    private void add(Adapter.Product product) {
      PeftConfig config = adapter.config();
      String target = product.target();
      Dense old = base(target);
      StoredTensor stored = weights.find(target);
      if (old == null || stored == null) {
        problems.add("module " + product.module(), "is in the adapter, and not in the model");
        return;
      }
      // An embedding has a row where other modules have a column.
      boolean transposed = product.embedding() || config.transposed();
      LowRank factors = transposed ? product.factors().transposed() : product.factors();
      float scale =
          (float) config.scaleOf(product.module(), product.factors().b().shape().getLast());
      try {
        keep(
            target,
            new Merged(
                old,
                factors,
                scale,
                product.magnitudes(),
                config.transposed() && !product.embedding()),
            stored.dtype());
      } catch (IllegalArgumentException e) {
        problems.add("module " + product.module(), String.valueOf(e.getMessage()));
      }
      if (config.decomposed() && product.magnitudes() == null) {
        problems.add("module " + product.module(), "has no magnitudes, though use_dora is set");
      }
      if (product.bias() != null) {
        addBias(product, product.bias(), scale);
      }
    }

    private void addBias(Adapter.Product product, Dense bias, float scale) {
      String target = product.module() + ".bias";
      Dense old = base(target);
      StoredTensor stored = weights.find(target);
      if (old == null || stored == null) {
        problems.add("tensor " + target, "is changed by the adapter, and not in the model");
        return;
      }
      if (!old.shape().equals(bias.shape())) {
        problems.add(
            "tensor " + target,
            "has shape %s in the adapter and %s in the model".formatted(bias.shape(), old.shape()));
        return;
      }
      // A column, and a product of rank 1.
      List<Long> column = List.of(bias.elements(), 1L);
      LowRank factors = new LowRank(Stored.of(1).reshaped(List.of(1L, 1L)), bias.reshaped(column));
      keep(
          target,
          new Merged(old.reshaped(column), factors, scale, null, false).reshaped(old.shape()),
          stored.dtype());
    }

    private void keep(String target, Dense numbers, Dtype dtype) {
      GgmlType type =
          switch (dtype) {
            case F32 -> GgmlType.F32;
            case F16 -> GgmlType.F16;
            case BF16 -> GgmlType.BF16;
            default -> null;
          };
      if (type == null) {
        problems.add("tensor " + target, "is of type " + dtype + ", which cannot be written again");
        return;
      }
      changed.put(target, new Planned(numbers, dtype, numbers.shape(), type));
    }

    /// The configuration, if the vocabulary has another size than it tells.
    private @Nullable ObjectNode resizedConfig() {
      Set<Long> sizes = new HashSet<>();
      changed.forEach(
          (target, planned) -> {
            if (isVocabulary(target)) {
              sizes.add(planned.numbers.shape().getFirst());
            }
          });
      if (sizes.size() > 1) {
        problems.add("", "embedding and output have different numbers of tokens: " + sizes);
      }
      if (sizes.isEmpty()) {
        return null;
      }
      long size = sizes.iterator().next();
      if (size == directory.config().path("vocab_size").asLong(size)) {
        return null;
      }
      for (String name : weights.names()) {
        StoredTensor tensor = weights.find(name);
        if (tensor != null
            && isVocabulary(name)
            && !changed.containsKey(name)
            && tensor.shape().getFirst() != size) {
          problems.add(
              "tensor " + name,
              "has %d rows, and the adapter's vocabulary %d"
                  .formatted(tensor.shape().getFirst(), size));
        }
      }
      problems.note("vocab_size becomes " + size);
      return directory.config().deepCopy().put("vocab_size", size);
    }

    private static ObjectNode withTotal(ObjectNode index, List<Part> parts) {
      long total = 0;
      for (Part part : parts) {
        total += part.layout.fileSize() - part.layout.dataOffset();
      }
      index.withObject("/metadata").put("total_size", total);
      return index;
    }

    private List<Part> parts() {
      List<Part> parts = new ArrayList<>();
      for (SafetensorsFile file : weights.files()) {
        List<SafetensorsLayout.Entry> entries = new ArrayList<>();
        Map<String, Planned> tensors = new LinkedHashMap<>();
        for (StoredTensor tensor : file.header().tensors()) {
          Planned planned = changed.get(tensor.name());
          if (planned == null) {
            planned =
                new Planned(
                    // Bytes, whatever they stand for.
                    new Stored(Dtype.U8, List.of(tensor.range().length()), file.bytes(tensor)),
                    tensor.dtype(),
                    tensor.shape(),
                    null);
          }
          tensors.put(tensor.name(), planned);
          entries.add(new SafetensorsLayout.Entry(tensor.name(), planned.dtype, planned.shape));
        }
        parts.add(
            new Part(
                file.path().getFileName().toString(),
                SafetensorsLayout.of(entries, file.header().metadata()),
                tensors));
      }
      return parts;
    }

    /// What of the base, and the adapter's own tokenizer, goes into the result as it is.
    private List<Path> others(Set<String> rewritten) throws IOException {
      Map<String, Path> files = new LinkedHashMap<>();
      Set<String> weightFiles = new HashSet<>(directory.parts());
      collect(directory.path(), files, name -> !weightFiles.contains(name) && isText(name));
      collect(
          adapter.path(),
          files,
          name -> isText(name) && (name.startsWith("tokenizer") || TOKENIZER_FILES.contains(name)));
      files.keySet().removeAll(rewritten);
      return List.copyOf(files.values());
    }

    private static final Set<String> TOKENIZER_FILES =
        Set.of(
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "chat_template.jinja");

    private static boolean isText(String name) {
      return name.equals(INDEX)
          || (name.matches(".*\\.(json|txt|model|jinja|tiktoken)|LICENSE.*|NOTICE.*|USE_POLICY.*")
              && !name.startsWith("."));
    }

    private static void collect(Path directory, Map<String, Path> files, Predicate<String> wanted)
        throws IOException {
      try (Stream<Path> list = Files.list(directory)) {
        for (Path file : (Iterable<Path>) list.sorted()::iterator) {
          String name = file.getFileName().toString();
          if (Files.isRegularFile(file) && wanted.test(name)) {
            files.put(name, file);
          }
        }
      }
    }
  }
}
