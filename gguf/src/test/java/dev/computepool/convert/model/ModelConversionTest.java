package dev.computepool.convert.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.convert.tiny.TinyFamilies;
import dev.computepool.convert.tiny.TinyModel;
import dev.computepool.gguf.GgufFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelConversionTest {
  @TempDir Path folder;

  private Path model(String name) throws IOException {
    TinyModel model =
        TinyFamilies.all().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
    return model.write(folder);
  }

  private static List<String> problemsOf(Path directory) {
    FormatException e =
        assertThrows(
            FormatException.class,
            () -> ModelConversion.plan(directory, ModelConversion.Options.DEFAULT));
    return e.problems().stream().map(Problem::toString).toList();
  }

  /// Replaces text in the header of a safetensors file by one of the same length.
  private static void edit(Path file, String old, String by) throws IOException {
    assertEquals(old.length(), by.length());
    byte[] bytes = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
    assertTrue(header.contains(old), header);
    byte[] edited = header.replace(old, by).getBytes(StandardCharsets.UTF_8);
    System.arraycopy(edited, 0, bytes, 8, length);
    Files.write(file, bytes);
  }

  @Test
  void tellsAllThatIsWrongAtOnce() throws IOException {
    Path directory = model("llama31"); // of three parts, 2 blocks, 320 tokens
    Files.delete(directory.resolve("model-00003-of-00003.safetensors"));
    Path first = directory.resolve("model-00001-of-00003.safetensors");
    edit(first, "\"shape\":[320,64]", "\"shape\":[64,320]");
    edit(
        first,
        "\"model.norm.weight\":{\"dtype\":\"BF16\"",
        "\"model.norm.weight\":{\"dtype\":\"BF61\"");
    Files.delete(directory.resolve("tokenizer.json"));
    Path target = folder.resolve("out.gguf");
    List<String> problems = problemsOf(directory);
    assertEquals(
        List.of(
            "model-00003-of-00003.safetensors: is missing, though model.safetensors.index.json"
                + " names it",
            "model-00001-of-00003.safetensors, byte ?: tensor"
                + " 'model.norm.weight' has an unknown dtype 'BF61'",
            "tensor model.embed_tokens.weight: has shape [64, 320], config.json makes it [320,"
                + " 64]"),
        problems.subList(0, 3).stream().map(p -> p.replaceFirst("byte \\d+", "byte ?")).toList());
    assertEquals(4, problems.size(), problems.toString());
    assertTrue(!Files.exists(target));
  }

  @Test
  void tellsTensorsThatTwoPartsHaveAndWhatIsLacking() throws IOException {
    Path directory = model("mistral");
    Files.delete(directory.resolve("model.safetensors.index.json"));
    Files.copy(
        directory.resolve("model-00001-of-00002.safetensors"),
        directory.resolve("model-again.safetensors"));
    List<String> problems = problemsOf(directory);
    assertTrue(
        problems.contains(
            "tensor model.embed_tokens.weight: is in both model-00001-of-00002.safetensors and"
                + " model-again.safetensors"),
        problems.toString());
    Files.delete(directory.resolve("model-again.safetensors"));
    Files.delete(directory.resolve("model-00002-of-00002.safetensors"));
    problems = problemsOf(directory);
    assertTrue(
        problems.contains("tensor blk.1.ffn_down.weight: is made of nothing that is there"),
        problems.toString());
  }

  @Test
  void refusesATokenizerThatDoesNotFitTheEmbedding() throws IOException {
    Path directory = model("qwen3");
    Path tokenizer = directory.resolve("tokenizer.json");
    Files.writeString(
        tokenizer, Files.readString(tokenizer).replace("\"Ġand\":263", "\"Ġand\":400"));
    List<String> problems = problemsOf(directory);
    assertEquals(1, problems.size(), problems.toString());
    assertTrue(problems.getFirst().contains("400"), problems.getFirst());
  }

  @Test
  void leavesNothingBehindThatIsNotWhole() throws IOException {
    Path directory = model("qwen3");
    Path out = Files.createDirectory(folder.resolve("out"));
    Path target = out.resolve("model.gguf");
    Cancellation cancellation = new Cancellation();
    try (Conversion conversion = ModelConversion.plan(directory, ModelConversion.Options.DEFAULT)) {
      cancellation.cancel();
      assertThrows(
          CancelledException.class,
          () -> conversion.write(target, false, 2, Progress.silent(cancellation)));
      assertEquals(List.of(), names(out));
      assertThrows(
          NoSuchFileException.class,
          () -> conversion.check(out.resolve("none").resolve("model.gguf"), false));
      conversion.write(target, false, 2, Progress.NONE);
      assertEquals(List.of("model.gguf"), names(out));
      assertThrows(
          FileAlreadyExistsException.class,
          () -> conversion.write(target, false, 2, Progress.NONE));
    }
  }

  @Test
  void namesTheFileOfEachTensorThatWasCutOff() throws IOException {
    Path directory = model("qwen3");
    Path weights = directory.resolve("model.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
      file.setLength(file.length() - 1);
    }
    List<String> problems = problemsOf(directory);
    assertEquals(1, problems.size(), problems.toString());
    assertTrue(
        problems.getFirst().matches("model.safetensors, byte 8: tensor '.*' at .* ends behind .*"),
        problems.getFirst());
  }

  @Test
  void writesASetThatHoldsTheSameTensors() throws IOException {
    Path directory = model("qwen3");
    List<String> whole = tensors(convert(directory, SplitRule.NONE));
    for (SplitRule rule :
        List.of(
            new SplitRule(7, 0, true),
            new SplitRule(0, 40_000, true),
            new SplitRule(0, 40_000, false))) {
      List<Path> files = convert(directory, rule);
      assertTrue(files.size() > 2, rule.toString());
      assertEquals(whole, tensors(files), rule.toString());
    }
  }

  private List<Path> convert(Path directory, SplitRule rule) throws IOException {
    ModelConversion.Options options = new ModelConversion.Options(OutputType.AUTO, null, rule);
    try (Conversion conversion = ModelConversion.plan(directory, options)) {
      return conversion.write(folder.resolve("model.gguf"), true, 1, Progress.NONE);
    }
  }

  private static List<String> tensors(List<Path> files) throws IOException {
    List<String> names = new ArrayList<>();
    for (Path file : files) {
      GgufFile.readHeader(file).tensors().forEach(tensor -> names.add(tensor.name()));
    }
    return names;
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
