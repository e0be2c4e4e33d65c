package dev.computepool.gguf.split;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.ByteSize;
import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufFormatException;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.GgufWriter;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.Shape;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.gguf.split.SplitLimit.MaxBytes;
import dev.computepool.gguf.split.SplitLimit.MaxTensors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitSetTest {
  private static final int HEADER_BYTES_OF_A_LATER_PART = 192;

  @TempDir private Path folder;

  private static GgufLayout.Builder layout(int tensors) {
    GgufLayout.Builder builder =
        GgufLayout.builder()
            .put("general.architecture", MetadataValue.Text.of("llama"))
            .put("tokens", MetadataArray.ofStrings(List.of("a", "b")));
    for (int i = 0; i < tensors; i++) {
      builder.tensor("blk." + i + ".w", GgmlType.I8, Shape.of(50L + 10L * i));
    }
    return builder;
  }

  private Path model(GgufLayout layout) throws IOException {
    Path file = folder.resolve("model.gguf");
    Random random = new Random(7);
    try (GgufWriter writer = GgufWriter.create(file, layout)) {
      for (TensorInfo tensor : layout.tensors()) {
        byte[] data = new byte[(int) tensor.byteSize()];
        random.nextBytes(data);
        writer.write(tensor, ByteBuffer.wrap(data));
      }
      writer.commit();
    }
    return file;
  }

  private SplitPlan plan(Path model, SplitLimit limit, boolean emptyFirst) throws IOException {
    return SplitPlan.of(model, folder.resolve("part"), limit, emptyFirst);
  }

  /// Splits, checks that the plan told the truth, and merges again.
  private Path splitAndMerge(SplitPlan plan) throws IOException {
    SplitFiles.split(plan, false, 2, Progress.NONE);
    for (SplitPlan.Part part : plan.parts()) {
      assertEquals(part.bytes(), Files.size(part.file()), part.file().toString());
    }
    Path merged = folder.resolve("merged.gguf");
    MergePlan back = MergePlan.of(SplitSet.open(plan.parts().getLast().file()));
    SplitFiles.merge(back, merged, false, Progress.NONE);
    assertEquals(back.bytes(), Files.size(merged));
    return merged;
  }

  private void assertRestored(Path model, SplitPlan plan) throws IOException {
    assertEquals(List.of(), plan.lost());
    assertArrayEquals(Files.readAllBytes(model), Files.readAllBytes(splitAndMerge(plan)));
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, true", "3, false", "5, true", "100, false", "100, true"})
  void mergesToTheSameBytes(int tensorsEach, boolean emptyFirst) throws Exception {
    Path model = model(layout(8).build());
    SplitPlan plan = plan(model, new MaxTensors(tensorsEach), emptyFirst);
    assertEquals((8 + tensorsEach - 1) / tensorsEach + (emptyFirst ? 1 : 0), plan.parts().size());
    assertRestored(model, plan);
  }

  @Test
  void cutsWhereThePaddedDataWouldExceedTheLimit() throws Exception {
    // Padded to 64, 64, 96, 96, 96, 128, 128, 128 bytes.
    SplitPlan plan = plan(model(layout(8).build()), new MaxBytes(new ByteSize(224)), false);
    assertEquals(
        List.of(0, 3, 5, 6, 7),
        plan.parts().stream().map(SplitPlan.Part::from).toList().subList(0, 5));
    assertEquals(
        List.of("blk.3.w", "blk.4.w"),
        plan.tensors(plan.parts().get(1)).stream().map(TensorInfo::name).toList());
    assertEquals(HEADER_BYTES_OF_A_LATER_PART + 192, plan.parts().get(1).bytes());
  }

  @Test
  void givesATensorThatExceedsTheLimitAPartOfItsOwn() throws Exception {
    Path model = model(layout(3).build());
    SplitPlan plan = plan(model, new MaxBytes(new ByteSize(1)), false);
    assertEquals(3, plan.parts().size());
    assertRestored(model, plan);
  }

  @Test
  void keepsAnAlignmentOfItsOwnInEveryPart() throws Exception {
    GgufLayout.Builder builder =
        GgufLayout.builder()
            .put("general.alignment", new MetadataValue.Int(MetadataType.UINT32, 128));
    for (int i = 0; i < 4; i++) {
      builder.tensor("t" + i, GgmlType.I8, Shape.of(30));
    }
    Path model = model(builder.build());
    SplitPlan plan = plan(model, new MaxTensors(1), false);
    assertRestored(model, plan);
    assertEquals(128, GgufFile.readHeader(plan.parts().get(2).file()).alignment());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 14, 15, 1000})
  void keepsHowTheFileEnds(int afterTheLastTensor) throws Exception {
    GgufLayout layout = layout(3).build();
    Path model = model(layout);
    TensorInfo last = layout.tensors().getLast();
    setLength(model, layout.dataOffset() + last.offset() + last.byteSize() + afterTheLastTensor);
    assertRestored(model, plan(model, new MaxTensors(2), false));
  }

  @Test
  void keepsPaddingThatIsNotZero() throws Exception {
    GgufLayout layout = layout(4).build();
    Path model = model(layout);
    try (RandomAccessFile file = new RandomAccessFile(model.toFile(), "rw")) {
      for (TensorInfo tensor : layout.tensors()) {
        file.seek(layout.dataOffset() + tensor.offset() + tensor.byteSize());
        file.write(9);
      }
    }
    assertRestored(model, plan(model, new MaxTensors(3), false));
  }

  @ParameterizedTest
  @CsvSource({"0, false", "0, true", "-1, false", "-1, true", "5, false", "5, true"})
  void keepsFilesWithoutTensors(int beyondTheDataOffset, boolean emptyFirst) throws Exception {
    GgufLayout layout = layout(0).build();
    Path model = model(layout);
    if (beyondTheDataOffset >= 0) {
      setLength(model, layout.dataOffset() + beyondTheDataOffset);
    }
    assertRestored(model, plan(model, new MaxTensors(2), emptyFirst));
  }

  @Test
  void keepsVersion2() throws Exception {
    Path model = model(layout(3).version(2).build());
    assertRestored(model, plan(model, new MaxTensors(1), false));
  }

  @Test
  void tellsWhatAMergeCannotRestore() throws Exception {
    GgufLayout layout =
        layout(1)
            .put("split.no", new MetadataValue.Int(MetadataType.UINT16, 0))
            .put("split.count", new MetadataValue.Int(MetadataType.UINT16, 0))
            .build();
    Path model = model(layout);
    try (RandomAccessFile file = new RandomAccessFile(model.toFile(), "rw")) {
      file.seek(layout.dataOffset() - 1);
      file.write(1);
    }
    SplitPlan plan = plan(model, new MaxTensors(1), false);
    assertEquals(
        List.of(
            "the padding of the header, which is not zero",
            "the key split.no, which an earlier merge left",
            "the key split.count, which an earlier merge left"),
        plan.lost());
    Path merged = splitAndMerge(plan);
    assertEquals(
        List.of("general.architecture", "tokens"), GgufFile.readHeader(merged).metadata().keys());
  }

  @Test
  void putsTensorsInOrderThatAreNot() throws Exception {
    byte[] bytes = new byte[224];
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {'G', 'G', 'U', 'F'}).putInt(3).putLong(2).putLong(0);
    file.putLong(1).put((byte) 'b').putInt(1).putLong(3).putInt(GgmlType.I8.id()).putLong(64);
    file.putLong(1).put((byte) 'a').putInt(1).putLong(5).putInt(GgmlType.I8.id()).putLong(0);
    file.position(96).put("aaaaa".getBytes(StandardCharsets.US_ASCII));
    file.position(160).put("bbb".getBytes(StandardCharsets.US_ASCII));
    Path model = Files.write(folder.resolve("model.gguf"), bytes);
    SplitPlan plan = plan(model, new MaxTensors(1), false);
    assertEquals(
        List.of("the place of tensors that do not follow each other in the order of the header"),
        plan.lost());
    Path merged = splitAndMerge(plan);
    try (GgufFile read = GgufFile.open(merged)) {
      assertTrue(read.header().isConsecutive());
      for (TensorInfo tensor : read.header().tensors()) {
        assertEquals(
            tensor.name().repeat((int) tensor.byteSize()),
            StandardCharsets.US_ASCII.decode(read.bytes(tensor).asByteBuffer()).toString());
      }
    }
  }

  /// What llama-gguf-split writes, byte for byte, as far as a test can say it.
  @Test
  void laysOutLaterPartsAsLlamaCppDoes() throws Exception {
    SplitPlan plan = plan(model(layout(3).build()), new MaxTensors(2), false);
    SplitFiles.split(plan, false, 2, Progress.NONE);
    ByteBuffer expected = ByteBuffer.allocate(160).order(ByteOrder.LITTLE_ENDIAN);
    expected.put(ascii("GGUF")).putInt(3).putLong(1).putLong(3);
    expected.putLong(8).put(ascii("split.no")).putInt(2).putShort((short) 1);
    expected.putLong(19).put(ascii("split.tensors.count")).putInt(5).putInt(3);
    expected.putLong(11).put(ascii("split.count")).putInt(2).putShort((short) 2);
    expected.putLong(7).put(ascii("blk.2.w")).putInt(1).putLong(70);
    expected.putInt(GgmlType.I8.id()).putLong(0);
    byte[] part = Files.readAllBytes(plan.parts().get(1).file());
    assertArrayEquals(expected.array(), Arrays.copyOf(part, 160));
    assertEquals(160 + 96, part.length);
    assertEquals(
        List.of("general.architecture", "tokens", "split.no", "split.tensors.count", "split.count"),
        GgufFile.readHeader(plan.parts().get(0).file()).metadata().keys());
  }

  @Test
  void reportsAllThatIsWrongWithASetAtOnce() throws Exception {
    SplitPlan plan = plan(model(layout(8).build()), new MaxTensors(2), false);
    SplitFiles.split(plan, false, 2, Progress.NONE);
    List<Path> files = plan.parts().stream().map(SplitPlan.Part::file).toList();
    Files.delete(files.get(1));
    setLength(files.get(2), Files.size(files.get(2)) - 100);
    Files.copy(files.get(0), files.get(3), StandardCopyOption.REPLACE_EXISTING);

    GgufFormatException error =
        assertThrows(GgufFormatException.class, () -> SplitSet.open(files.get(0)));
    assertEquals(files.get(0).toString(), error.file());
    assertEquals(
        List.of(
            new Problem("", "part-00002-of-00004.gguf is missing"),
            new Problem(
                "part-00003-of-00004.gguf",
                "tensor blk.5.w: its 100 bytes from 288 go beyond the end of the file at 316"),
            new Problem("part-00004-of-00004.gguf", "split.no is 0, expected 3")),
        error.problems());
  }

  @Test
  void refusesPartsOfAnotherModel() throws Exception {
    SplitPlan plan = plan(model(layout(4).build()), new MaxTensors(2), false);
    SplitFiles.split(plan, false, 2, Progress.NONE);
    Files.delete(folder.resolve("model.gguf"));
    SplitPlan other =
        SplitPlan.of(model(layout(5).build()), folder.resolve("other"), new MaxTensors(3), false);
    SplitFiles.split(other, false, 2, Progress.NONE);
    Files.copy(
        other.parts().get(1).file(),
        plan.parts().get(1).file(),
        StandardCopyOption.REPLACE_EXISTING);
    GgufFormatException error =
        assertThrows(GgufFormatException.class, () -> SplitSet.open(plan.parts().get(0).file()));
    assertEquals(
        List.of(
            new Problem("part-00002-of-00002.gguf", "split.tensors.count is 5, the parts have 4")),
        error.problems());

    GgufLayout twice =
        GgufLayout.builder()
            .put("split.no", new MetadataValue.Int(MetadataType.INT32, 1))
            .put("split.count", new MetadataValue.Int(MetadataType.INT64, 2))
            .tensor("blk.1.w", GgmlType.I8, Shape.of(1, 0))
            .tensor("blk.9.w", GgmlType.I8, Shape.of(0))
            .build();
    GgufWriter.replace(plan.parts().get(1).file(), twice).commit();
    error =
        assertThrows(GgufFormatException.class, () -> SplitSet.open(plan.parts().get(1).file()));
    assertEquals(
        List.of(
            new Problem(
                "part-00002-of-00002.gguf", "tensor blk.1.w is in part-00001-of-00002.gguf too")),
        error.problems());
  }

  @Test
  void refusesWhatIsNoPart() throws Exception {
    Path model = model(layout(1).build());
    assertThrows(NoSuchFileException.class, () -> SplitSet.open(folder.resolve("none.gguf")));
    assertThrows(GgufFormatException.class, () -> SplitSet.open(model));
    Path named = Files.copy(model, folder.resolve("x-00001-of-00001.gguf"));
    GgufFormatException error = assertThrows(GgufFormatException.class, () -> SplitSet.open(named));
    assertEquals(
        List.of(
            new Problem("x-00001-of-00001.gguf", "has no key split.no"),
            new Problem("x-00001-of-00001.gguf", "has no key split.count")),
        error.problems());
  }

  @Test
  void refusesToSplitAPart() throws Exception {
    SplitPlan plan = plan(model(layout(4).build()), new MaxTensors(2), false);
    SplitFiles.split(plan, false, 2, Progress.NONE);
    GgufFormatException error =
        assertThrows(
            GgufFormatException.class,
            () -> plan(plan.parts().get(1).file(), new MaxTensors(1), false));
    assertEquals(
        List.of(new Problem("split.count", "is part 2 of a set of 2; merge it first")),
        error.problems());
  }

  @Test
  void replacesTargetsOnlyWhenTold() throws Exception {
    SplitPlan plan = plan(model(layout(4).build()), new MaxTensors(2), false);
    Path second = Files.writeString(plan.parts().get(1).file(), "mine");
    assertThrows(
        FileAlreadyExistsException.class, () -> SplitFiles.split(plan, false, 2, Progress.NONE));
    assertEquals("mine", Files.readString(second));
    assertEquals(List.of("model.gguf", "part-00002-of-00002.gguf"), names());

    SplitFiles.split(plan, true, 2, Progress.NONE);
    assertEquals(2, SplitSet.open(second).headers().size());
    MergePlan merge = MergePlan.of(SplitSet.open(second));
    Path model = folder.resolve("model.gguf");
    assertThrows(
        FileAlreadyExistsException.class,
        () -> SplitFiles.merge(merge, model, false, Progress.NONE));
    assertThrows(
        FileSystemException.class, () -> SplitFiles.merge(merge, second, true, Progress.NONE));
    byte[] before = Files.readAllBytes(model);
    SplitFiles.merge(merge, model, true, Progress.NONE);
    assertArrayEquals(before, Files.readAllBytes(model));
  }

  @Test
  void leavesNothingWhenCancelled() throws Exception {
    SplitPlan plan = plan(model(layout(4).build()), new MaxTensors(2), false);
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    assertThrows(
        CancelledException.class,
        () -> SplitFiles.split(plan, false, 2, Progress.silent(cancellation)));
    assertEquals(List.of("model.gguf"), names());
  }

  @Test
  void goesOnAfterARunThatWasKilledWhileItNamedTheParts() throws Exception {
    SplitPlan plan = plan(model(layout(6).build()), new MaxTensors(2), false);
    Files.writeString(plan.parts().get(2).file(), "named");
    Files.writeString(AtomicFile.partialOf(plan.parts().get(1).file()), "complete");
    Files.writeString(AtomicFile.partialOf(plan.parts().get(0).file()), "complete");
    SplitFiles.split(plan, false, 2, Progress.NONE);
    assertEquals(3, SplitSet.open(plan.parts().get(0).file()).headers().size());
    assertEquals(4, names().size());
  }

  @Test
  void noticesThatTheModelChangedSinceThePlan() throws Exception {
    Path model = model(layout(4).build());
    SplitPlan plan = plan(model, new MaxTensors(2), false);
    setLength(model, Files.size(model) + 1);
    assertThrows(FileSystemException.class, () -> SplitFiles.split(plan, false, 2, Progress.NONE));
    assertFalse(Files.exists(plan.parts().get(0).file()));
  }

  /// Its size stays the same, so that only the time of the change tells.
  @Test
  void aModelThatChangesWhileItIsCopiedIsRefused() throws Exception {
    Path model = model(layout(4).build());
    SplitPlan plan = plan(model, new MaxTensors(2), false);
    FileSystemException e =
        assertThrows(
            FileSystemException.class,
            () -> SplitFiles.split(plan, false, 1, onFirstStep(() -> touch(model))));
    assertEquals("was changed while it was read", e.getReason());
    assertEquals(List.of("model.gguf"), names());

    SplitFiles.split(plan(model, new MaxTensors(2), false), false, 2, Progress.NONE);
    Path second = folder.resolve("part-00002-of-00002.gguf");
    MergePlan merge = MergePlan.of(SplitSet.open(second));
    Path merged = folder.resolve("merged.gguf");
    e =
        assertThrows(
            FileSystemException.class,
            () -> SplitFiles.merge(merge, merged, false, onFirstStep(() -> touch(second))));
    assertEquals(second.toString(), e.getFile());
    assertFalse(Files.exists(merged));
  }

  private static void touch(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
  }

  /// A set is opened by its first part, and nothing tells parts of two models of one shape apart.
  @Test
  void partsOfAnOldSetAreNeverTakenForThoseOfTheNewOne() throws Exception {
    Path model = model(layout(6).build());
    SplitFiles.split(plan(model, new MaxTensors(2), false), false, 2, Progress.NONE);
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length - 1] ^= 1;
    Files.write(model, bytes);
    SplitPlan plan = plan(model, new MaxTensors(2), false);
    Path middle = plan.parts().get(1).file();
    assertThrows(
        IOException.class,
        () ->
            SplitFiles.split(
                plan,
                true,
                1,
                onFirstStep(
                    () -> {
                      // Nothing can take this name any more.
                      Files.delete(middle);
                      Files.createDirectories(middle.resolve("folder"));
                    })));
    assertTrue(Files.exists(plan.parts().get(2).file()));
    assertFalse(Files.exists(plan.parts().get(0).file()));
  }

  private interface Change {
    void make() throws IOException;
  }

  private static Progress onFirstStep(Change change) {
    AtomicBoolean made = new AtomicBoolean();
    return new Progress() {
      @Override
      public Step begin(String name, long total, Unit unit) {
        return new Step() {
          @Override
          public void advance(long amount) {
            if (made.compareAndSet(false, true)) {
              try {
                change.make();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
          }

          @Override
          public void close() {}
        };
      }

      @Override
      public Cancellation cancellation() {
        return Progress.NONE.cancellation();
      }
    };
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void setLength(Path file, long length) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(length);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
