package dev.computepool.llama.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.BusyException;
import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.GgufWriter;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.Shape;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.gguf.split.SplitFiles;
import dev.computepool.gguf.split.SplitLimit;
import dev.computepool.gguf.split.SplitPlan;
import dev.computepool.llama.FileType;
import dev.computepool.llama.Libraries;
import dev.computepool.llama.LlamaException;
import dev.computepool.llama.QuantizeSettings;
import dev.computepool.llama.QuantizeSettings.TensorRule;
import dev.computepool.llama.TinyModel;
import dev.computepool.llama.quantize.UnquantizableException.Reason;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizerTest {
  @TempDir private static Path models;
  private static Path model;
  private static Path matrix;
  private static @Nullable LlamaWorker worker;

  @TempDir private Path folder;
  private Path output;

  @BeforeAll
  static void start() throws Exception {
    worker = LlamaWorker.start(Libraries.files());
    model = TinyModel.PLAIN.write(models.resolve("Tiny-F16.gguf"));
    matrix = TinyModel.PLAIN.writeMatrix(models.resolve("imatrix.gguf"));
  }

  @AfterAll
  static void end() {
    if (worker != null) {
      worker.close();
    }
  }

  @BeforeEach
  void choose() {
    output = folder.resolve("out.gguf");
  }

  private static LlamaWorker worker() {
    if (worker == null) {
      throw new IllegalStateException("not started");
    }
    return worker;
  }

  private static QuantizeSettings type(FileType type) {
    return QuantizeSettings.of(type, 2);
  }

  private static QuantizePlan plan(QuantizeRequest request) throws IOException {
    return Quantizer.plan(worker(), request, Progress.NONE);
  }

  private QuantizePlan plan(Path input, QuantizeSettings settings, @Nullable Path matrix)
      throws IOException {
    return plan(new QuantizeRequest(input, output, settings, matrix, false));
  }

  private QuantizeResult quantize(Path input, QuantizeSettings settings, @Nullable Path matrix)
      throws IOException {
    return Quantizer.run(worker(), plan(input, settings, matrix), Progress.NONE);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private void refused(Reason reason, QuantizeSettings settings) {
    UnquantizableException e =
        assertThrows(UnquantizableException.class, () -> plan(model, settings, null));
    assertEquals(reason, e.reason(), e.getMessage());
  }

  @Test
  void plansTheSizeToTheByte() throws Exception {
    List<QuantizeSettings> all =
        List.of(
            type(FileType.Q4_K_M),
            type(FileType.Q8_0),
            type(FileType.COPY),
            new QuantizeSettings(
                FileType.Q4_0,
                1,
                GgmlType.F16,
                GgmlType.BF16,
                List.of(new TensorRule("attn_v", GgmlType.Q5_1)),
                List.of(
                    dev.computepool.llama.MetadataOverride.parse("general.name=str:Other"),
                    dev.computepool.llama.MetadataOverride.parse("a.b=int:-3"),
                    dev.computepool.llama.MetadataOverride.parse("a.c=float:1.5"),
                    dev.computepool.llama.MetadataOverride.parse("a.d=bool:false")),
                List.of(2),
                false,
                false,
                false,
                false));
    for (QuantizeSettings settings : all) {
      for (Path importance : Arrays.asList(null, matrix)) {
        QuantizePlan plan = plan(model, settings, importance);
        QuantizeResult result = Quantizer.run(worker(), plan, Progress.NONE);

        assertEquals(Files.size(output), plan.outputBytes(), settings::toString);
        assertEquals(List.of(output), result.files());
        assertEquals(plan.bitsPerWeight(), result.bitsPerWeight());
        Files.delete(output);
      }
    }
  }

  @Test
  void saysWhatBecomesOfEachTensor() throws Exception {
    QuantizePlan plan = plan(model, type(FileType.Q4_K_M), null);

    PlannedTensor value =
        plan.tensors().stream()
            .filter(t -> t.name().equals("blk.3.attn_v.weight"))
            .findFirst()
            .orElseThrow();
    assertEquals(GgmlType.F16, value.from());
    assertEquals(GgmlType.Q6_K, value.to());
    assertEquals(65536, value.bytesBefore());
    assertEquals(26880, value.bytesAfter());
    assertEquals(39, plan.tensors().size());
    assertEquals(List.of(), names(), "a plan writes nothing");
  }

  @Test
  void warnsOfShapesThatDoNotSuitTheType() throws Exception {
    Path odd = new TinyModel(288, 32, false).write(folder.resolve("odd.gguf"));

    QuantizePlan plan = plan(odd, type(FileType.Q4_K_M), null);

    assertEquals(
        List.of(
            "2 tensors become q5_0, not q4_K: their rows are not whole blocks of 256 weights"
                + " (blk.0.ffn_down.weight: 288)",
            "2 tensors become q8_0, not q6_K: their rows are not whole blocks of 256 weights"
                + " (blk.2.ffn_down.weight: 288)"),
        plan.warnings());
  }

  @Test
  void keepsTheWeightsOfAFileThatIsAlignedInAnotherWay() throws Exception {
    Path wide = new TinyModel(256, 4096, false).write(folder.resolve("wide.gguf"));
    quantize(wide, type(FileType.COPY), null);

    try (GgufFile before = GgufFile.open(wide);
        GgufFile after = GgufFile.open(output)) {
      assertEquals(32, after.header().alignment());
      for (TensorInfo tensor : before.header().tensors()) {
        TensorInfo copy = after.header().tensor(tensor.name());
        assertArrayEquals(
            before.bytes(tensor).toArray(ValueLayout.JAVA_BYTE),
            after.bytes(java.util.Objects.requireNonNull(copy)).toArray(ValueLayout.JAVA_BYTE),
            tensor.name());
      }
    }
  }

  @Test
  void countsTheBytesOfTheSource() throws Exception {
    List<Long> told = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public Step begin(String name, long total, Unit unit) {
            told.add(total);
            return new Step() {
              @Override
              public void advance(long amount) {
                told.add(amount);
              }

              @Override
              public void close() {}
            };
          }

          @Override
          public Cancellation cancellation() {
            return new Cancellation();
          }
        };
    QuantizePlan plan = plan(model, type(FileType.Q8_0), null);
    Quantizer.run(worker(), plan, progress);

    long sum = told.stream().skip(1).mapToLong(Long::longValue).sum();
    assertEquals(told.getFirst(), sum);
  }

  @Test
  void refusesWhatWouldEndTheLibrarysProcess() {
    refused(Reason.NO_MATRIX, type(FileType.IQ2_XXS));
    refused(
        Reason.NO_MATRIX,
        new QuantizeSettings(
            FileType.Q8_0,
            1,
            GgmlType.IQ1_S,
            null,
            List.of(),
            List.of(),
            List.of(),
            false,
            false,
            false,
            false));
  }

  /// The model's metadata with nothing but an output matrix.
  private Path oneTensor(GgmlType type, int columns) throws IOException {
    Path file = folder.resolve("small.gguf");
    try (GgufFile source = GgufFile.open(model)) {
      GgufLayout.Builder builder = GgufLayout.builder().putAll(source.header().metadata());
      builder.put("llama.embedding_length", new MetadataValue.Int(MetadataType.UINT32, columns));
      builder.tensor("output.weight", type, Shape.of(columns, TinyModel.VOCABULARY));
      GgufLayout layout = builder.build();
      try (GgufWriter writer = GgufWriter.create(file, layout)) {
        TensorInfo tensor = layout.tensors().getFirst();
        writer.write(tensor, ByteBuffer.allocate((int) tensor.byteSize()));
        writer.commit();
      }
    }
    return file;
  }

  @Test
  void refusesATypeThatGgmlDoesNotRead() throws Exception {
    Path doubles = oneTensor(GgmlType.F64, 256);

    UnquantizableException e =
        assertThrows(
            UnquantizableException.class, () -> quantize(doubles, type(FileType.Q8_0), null));
    assertEquals(
        doubles + ": output.weight is F64, which llama.cpp cannot quantize", e.getMessage());
    assertEquals(List.of("small.gguf"), names());
  }

  @Test
  void refusesATypeThatATensorsShapeDoesNotSuit() throws Exception {
    Path small = oneTensor(GgmlType.F16, 96);
    UnquantizableException e =
        assertThrows(
            UnquantizableException.class,
            () ->
                plan(
                    small,
                    new QuantizeSettings(
                        FileType.Q8_0,
                        1,
                        GgmlType.Q4_K,
                        null,
                        List.of(),
                        List.of(),
                        List.of(),
                        false,
                        false,
                        false,
                        false),
                    null));
    assertEquals(
        "output.weight has rows of 96 elements, which are not whole Q4_K blocks of 256",
        e.getMessage());
  }

  @Test
  void quantizesAgainOnlyWhenItIsAllowed() throws Exception {
    quantize(model, type(FileType.Q8_0), null);
    Path quantized = Files.move(output, folder.resolve("q8.gguf"));

    UnquantizableException e =
        assertThrows(
            UnquantizableException.class, () -> plan(quantized, type(FileType.Q4_0), null));
    assertEquals(Reason.QUANTIZED_ALREADY, e.reason());
    assertEquals(
        "output.weight is Q8_0 already (and 29 more tensors):"
            + " quantizing again loses more than quantizing once",
        e.getMessage());
    QuantizeSettings allowed =
        new QuantizeSettings(
            FileType.Q4_0,
            1,
            null,
            null,
            List.of(),
            List.of(),
            List.of(),
            true,
            false,
            false,
            false);
    quantize(quantized, allowed, null);
    assertTrue(Files.exists(output));
  }

  @Test
  void doesNotWriteOverItsSourceUnderAnyName() throws Exception {
    Path copy = Files.copy(model, folder.resolve("copy.gguf"));
    Path hard = Files.createLink(folder.resolve("hard.gguf"), copy);
    Path symbolic = Files.createSymbolicLink(folder.resolve("symbolic.gguf"), copy);
    Path partial = Files.createLink(AtomicFile.partialOf(folder.resolve("p.gguf")), copy);
    for (Path target : List.of(copy, hard, symbolic, folder.resolve("p.gguf"))) {
      UnquantizableException e =
          assertThrows(
              UnquantizableException.class,
              () -> plan(new QuantizeRequest(copy, target, type(FileType.Q8_0), null, true)));
      assertEquals(Reason.SAME_FILE, e.reason());
    }
    assertTrue(Files.isSameFile(copy, partial));
    assertEquals(-1, Files.mismatch(model, copy));
  }

  @Test
  void replacesAResultOnlyWhenItIsTold() throws Exception {
    Files.writeString(output, "mine");

    assertThrows(FileAlreadyExistsException.class, () -> plan(model, type(FileType.Q8_0), null));
    assertEquals("mine", Files.readString(output));
    QuantizePlan plan = plan(new QuantizeRequest(model, output, type(FileType.Q8_0), null, true));
    Quantizer.run(worker(), plan, Progress.NONE);
    assertEquals(plan.outputBytes(), Files.size(output));
  }

  @Test
  void cleansUpAfterARunThatWasKilled() throws Exception {
    Files.writeString(AtomicFile.partialOf(output), "half a model");
    quantize(model, type(FileType.Q8_0), null);

    assertEquals(List.of("out.gguf"), names());
  }

  @Test
  void leavesAResultToTheProcessThatWritesIt() throws Exception {
    QuantizePlan plan = plan(model, type(FileType.Q8_0), null);
    try (AtomicFile other = AtomicFile.create(output)) {
      assertThrows(BusyException.class, () -> Quantizer.run(worker(), plan, Progress.NONE));
      assertTrue(other.channel().isOpen());
    }
    assertEquals(List.of(), names());
  }

  @Test
  void leavesNothingWhenItIsCancelled() throws Exception {
    Cancellation cancellation = new Cancellation();
    Progress progress =
        new Progress() {
          @Override
          public Step begin(String name, long total, Unit unit) {
            assertTrue(Files.exists(AtomicFile.partialOf(output)), "at work");
            cancellation.cancel();
            return Progress.silent(cancellation).begin(name, total, unit);
          }

          @Override
          public Cancellation cancellation() {
            return cancellation;
          }
        };
    try (LlamaWorker own = LlamaWorker.start(Libraries.files())) {
      QuantizePlan plan =
          Quantizer.plan(
              own,
              new QuantizeRequest(model, output, type(FileType.IQ3_S), null, false),
              Progress.NONE);
      assertThrows(CancelledException.class, () -> Quantizer.run(own, plan, progress));
    }
    assertEquals(List.of(), names());
  }

  @Test
  void leavesNothingOfAModelWithWeightsThatAreNoNumbers() throws Exception {
    // The plan does not look at the weights.
    Path broken = folder.resolve("broken.gguf");
    byte[] bytes = Files.readAllBytes(model);
    int at = bytes.length - 1000;
    bytes[at] = (byte) 0xff;
    bytes[at + 1] = 0x7f;
    Files.write(broken, bytes);

    for (FileType type : List.of(FileType.Q8_0, FileType.F32, FileType.COPY)) {
      UnquantizableException e =
          assertThrows(UnquantizableException.class, () -> quantize(broken, type(type), null));
      assertEquals(
          broken + ": output.weight has values that are no finite numbers", e.getMessage());
      assertEquals(Reason.NOT_FINITE, e.reason());
      assertEquals(List.of("broken.gguf"), names());
    }
  }

  @Test
  void refusesValuesThatTheTypeCannotHold() throws Exception {
    // Of a model of 32 bits: 1e6 is too large for one of 16.
    quantize(model, type(FileType.F32), null);
    Path large = Files.move(output, folder.resolve("large.gguf"));
    try (GgufFile file = GgufFile.open(large);
        FileChannel channel = FileChannel.open(large, StandardOpenOption.WRITE)) {
      TensorInfo tensor = java.util.Objects.requireNonNull(file.header().tensor("output.weight"));
      ByteBuffer value = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 1e6f);
      channel.write(value, file.header().positionOf(tensor) + 40);
    }

    UnquantizableException e =
        assertThrows(UnquantizableException.class, () -> quantize(large, type(FileType.F16), null));
    assertEquals(large + ": output.weight has values that F16 cannot hold", e.getMessage());
    assertEquals(List.of("large.gguf"), names());
  }

  @Test
  void refusesAMatrixOfAnotherModel() throws Exception {
    Path wide = new TinyModel(512, 32, false).write(folder.resolve("wide.gguf"));

    UnquantizableException e =
        assertThrows(UnquantizableException.class, () -> plan(wide, type(FileType.Q4_K_M), matrix));
    assertEquals(
        matrix + " has 256 values for blk.0.ffn_down.weight, not 512: it is of another model",
        e.getMessage());
  }

  @Test
  void refusesToLeaveAFileOfASetWithoutTensors() throws Exception {
    SplitPlan parts =
        SplitPlan.of(model, folder.resolve("set"), new SplitLimit.MaxTensors(1), false);
    SplitFiles.split(parts, false, 1, Progress.NONE);
    QuantizeSettings settings =
        new QuantizeSettings(
            FileType.Q8_0,
            1,
            null,
            null,
            List.of(),
            List.of(),
            List.of(2),
            false,
            false,
            false,
            true);

    UnquantizableException e =
        assertThrows(
            UnquantizableException.class,
            () -> plan(parts.parts().getFirst().file(), settings, null));
    assertEquals(Reason.EMPTY_FILE, e.reason());
    assertTrue(
        String.valueOf(e.getMessage())
            .matches(
                "of .*set-000\\d\\d-of-00039.gguf no tensor would be left without layers \\[2]"),
        e.getMessage());
  }

  @Test
  void noticesAModelThatIsCutMeanwhile() throws Exception {
    Path cut = Files.copy(model, folder.resolve("cut.gguf"));
    QuantizePlan plan = plan(cut, type(FileType.Q8_0), null);
    try (FileChannel channel = FileChannel.open(cut, StandardOpenOption.WRITE)) {
      channel.truncate(Files.size(cut) - 1000);
    }

    FileSystemException e =
        assertThrows(FileSystemException.class, () -> Quantizer.run(worker(), plan, Progress.NONE));
    assertTrue(
        String.valueOf(e.getMessage()).contains("it was cut while it was read"), e.getMessage());
    assertEquals(List.of("cut.gguf"), names());
  }

  @Test
  void refusesBrokenModelsBeforeTheLibrarySeesThem() throws Exception {
    byte[] whole = Files.readAllBytes(model);
    for (int length : new int[] {0, 3, 24, 100, 5000, whole.length - 1}) {
      Path file = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(whole, length));
      assertThrows(FormatException.class, () -> plan(file, type(FileType.Q8_0), null));
    }
    Path vocabulary = TinyModel.writeVocabulary(folder.resolve("vocabulary.gguf"));
    FormatException e =
        assertThrows(FormatException.class, () -> plan(vocabulary, type(FileType.Q8_0), null));
    assertEquals(vocabulary + ": holds a vocabulary and no tensors", e.getMessage());
  }

  @Test
  void saysWhatTheLibrarySays() {
    QuantizeSettings settings =
        new QuantizeSettings(
            FileType.Q8_0,
            1,
            null,
            null,
            List.of(new TensorRule("*", GgmlType.Q4_0)),
            List.of(),
            List.of(),
            false,
            false,
            false,
            false);
    LlamaException e = assertThrows(LlamaException.class, () -> plan(model, settings, null));
    assertTrue(e.log().toString().contains("regular expression"), e.log()::toString);
    assertFalse(Files.exists(output));
  }

  @Test
  void namesAResultBesideItsSource() {
    assertEquals(
        models.resolve("Tiny-Q4_K_M.gguf"), QuantizeRequest.outputFor(model, FileType.Q4_K_M));
  }
}
