package dev.computepool.gguf.check;

import dev.computepool.base.CancelledException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.gguf.GgufCheck;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.gguf.check.ValueScan.Values;
import dev.computepool.gguf.split.SplitPlan;
import dev.computepool.gguf.split.SplitSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Checks a file that is valid GGUF: is it a model that programs can use?
///
/// In this order: what the specification and llama.cpp ask of the file ({@link GgufCheck}), the
/// vocabulary, whether metadata and tensors belong together, and the numbers themselves.
public final class ModelCheck {
  private static final Pattern LAYER = Pattern.compile("blk\\.([0-9]{1,6})\\..*");
  private static final String EMBEDDING = "token_embd.weight";
  private static final String OUTPUT = "output.weight";

  private final List<GgufFile> files;
  private final Metadata metadata;
  private final List<Finding> findings = new ArrayList<>();

  private ModelCheck(List<GgufFile> files) {
    this.files = List.copyOf(files);
    this.metadata = files.getFirst().header().metadata();
  }

  /// Checks everything.
  ///
  /// @param values whether to read the tensors, which takes as long as reading the file
  /// @throws CancelledException if the user asked to stop
  public static CheckReport run(GgufFile file, boolean values, Progress progress)
      throws CancelledException {
    ModelCheck check = new ModelCheck(List.of(file));
    for (Problem problem : GgufCheck.findings(file)) {
      check.problem(problem.at(), problem.what());
    }
    check.findings.addAll(VocabularyCheck.findings(file.header()));
    Optional<SplitPlan.Membership> part = SplitPlan.partOf(file.header());
    if (part.isPresent()) {
      check.remark("split.count", "this is %s: it was checked by itself".formatted(part.get()));
    } else {
      check.checkModel();
    }
    return check.report(values, progress);
  }

  /// Checks the parts of a set as the one model that they are.
  ///
  /// @param values whether to read the tensors
  /// @throws CancelledException if the user asked to stop
  public static CheckReport run(SplitSet set, boolean values, Progress progress)
      throws IOException {
    List<GgufFile> files = new ArrayList<>();
    try {
      for (Path part : set.files()) {
        files.add(GgufFile.open(part));
      }
      ModelCheck check = new ModelCheck(files);
      for (GgufFile file : files) {
        for (Problem problem :
            file == files.getFirst()
                ? GgufCheck.findings(file)
                : GgufCheck.findingsOfLaterPart(file)) {
          check.problem(file.path().getFileName() + ", " + problem.at(), problem.what());
        }
      }
      check.findings.addAll(VocabularyCheck.findings(files.getFirst().header()));
      check.checkModel();
      return check.report(values, progress);
    } finally {
      files.forEach(GgufFile::close);
    }
  }

  private void checkModel() {
    checkRows();
    checkLayers();
  }

  private CheckReport report(boolean values, Progress progress) throws CancelledException {
    long bytes = values ? checkValues(progress) : 0;
    return new CheckReport(findings, metadata.size(), (int) tensors().count(), bytes);
  }

  private Stream<TensorInfo> tensors() {
    return files.stream().flatMap(file -> file.header().tensors().stream());
  }

  private @Nullable TensorInfo tensor(String name) {
    for (GgufFile file : files) {
      TensorInfo tensor = file.header().tensor(name);
      if (tensor != null) {
        return tensor;
      }
    }
    return null;
  }

  /// The number at a key, or -1 where there is none that fits.
  private long integer(String key) {
    return metadata.get(key).orElse(null) instanceof MetadataValue.Int number && number.bits() >= 0
        ? number.bits()
        : -1;
  }

  private String architecture() {
    return metadata.get("general.architecture").map(Object::toString).orElse("");
  }

  /// A matrix of tokens has a row for each, or llama.cpp refuses the model.
  private void checkRows() {
    long tokens = VocabularyCheck.tokenCount(metadata);
    for (String name : List.of(EMBEDDING, OUTPUT)) {
      TensorInfo tensor = tensor(name);
      if (tensor != null && tensor.shape().dimensions() == 2) {
        checkRows(tensor, tokens);
      }
    }
  }

  private void checkRows(TensorInfo tensor, long tokens) {
    long rows = tensor.shape().extent(1);
    if (tokens > 0 && rows != tokens) {
      problem(
          "tensor " + tensor.name(),
          "has %d rows, and the vocabulary %d tokens".formatted(rows, tokens));
    }
    // A decoder of sounds takes features of another width than it computes with.
    String features = architecture() + ".features_length";
    String key = metadata.contains(features) ? features : architecture() + ".embedding_length";
    long width = integer(key);
    if (width > 0 && tensor.shape().extent(0) != width) {
      problem(
          "tensor " + tensor.name(),
          "has rows of %d, and %s is %d".formatted(tensor.shape().extent(0), key, width));
    }
  }

  private void checkLayers() {
    String key = architecture() + ".block_count";
    long count = integer(key);
    SortedSet<Long> present = new TreeSet<>();
    tensors()
        .map(tensor -> LAYER.matcher(tensor.name()))
        .filter(Matcher::matches)
        .forEach(layer -> present.add(Long.parseLong(layer.group(1))));
    boolean adapter =
        metadata.get("general.type").map(Object::toString).orElse("").equals("adapter");
    if (present.isEmpty() || count < 0 || adapter) {
      return;
    }
    if (present.last() >= count) {
      problem(key, "is %d, and there are tensors of layer %d".formatted(count, present.last()));
    }
    long missing = count - present.headSet(count).size();
    if (missing > 0) {
      long first = 0;
      while (present.contains(first)) {
        first++;
      }
      problem(
          key,
          missing == 1
              ? "is %d, and layer %d has no tensors".formatted(count, first)
              : "is %d, and %d layers have no tensors, the first is %d"
                  .formatted(count, missing, first));
    }
  }

  private long checkValues(Progress progress) throws CancelledException {
    long bytes = tensors().mapToLong(TensorInfo::byteSize).sum();
    try (Progress.Step step = progress.begin("Checking", bytes, Progress.Unit.BYTES)) {
      for (GgufFile file : files) {
        for (TensorInfo tensor : file.header().tensors()) {
          checkValues(tensor, file, step);
        }
      }
    }
    return bytes;
  }

  private void checkValues(TensorInfo tensor, GgufFile file, Progress.Step step)
      throws CancelledException {
    Values values =
        ValueScan.of(tensor.type(), file.bytes(tensor), file.header().byteOrder(), step);
    String at = "tensor " + tensor.name();
    if (!values.isFinite()) {
      problem(at, notFinite(tensor, values));
    } else if (values.zero() && tensor.byteSize() > 0) {
      remark(at, "is all zero");
    }
  }

  private static String notFinite(TensorInfo tensor, Values values) {
    String kinds =
        values.nan() == 0
            ? values.infinite() + " infinite"
            : values.infinite() == 0
                ? values.nan() + " NaN"
                : "%d NaN and %d infinite".formatted(values.nan(), values.infinite());
    boolean quantized = tensor.type().isQuantized();
    return "has %s among its %s, the first %s %d"
        .formatted(
            kinds,
            quantized ? "scales" : tensor.shape().elements() + " numbers",
            quantized ? "in block" : "at",
            values.first());
  }

  private void problem(String at, String what) {
    findings.add(Finding.problem(at, what));
  }

  private void remark(String at, String what) {
    findings.add(Finding.remark(at, what));
  }
}
