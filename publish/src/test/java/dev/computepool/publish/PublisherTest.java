package dev.computepool.publish;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.AtomicDirectory;
import dev.computepool.base.BusyException;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.gguf.GgufFile;
import dev.computepool.llama.FileType;
import dev.computepool.publish.PublishPlan.Planned;
import dev.computepool.publish.card.CardOptions;
import dev.computepool.publish.journal.Journal;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.source.BaseMissingException;
import dev.computepool.publish.source.Source;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublisherTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  @TempDir Path folder;
  private Path base = Path.of("");
  private Path run = Path.of("");
  private final Publisher publisher =
      new Publisher(
          new Machine(
              1,
              () -> {
                throw new AssertionError("no step needs llama.cpp");
              },
              new NoServices()),
          "9.9",
          CLOCK);

  @BeforeEach
  void makeRun() throws IOException {
    base = Fixtures.model(folder.resolve("base"));
    run = Fixtures.run(folder.resolve("run"), base);
  }

  private PublishRequest request(Path path, Set<String> redo, FileType... quants)
      throws IOException {
    Source source = Source.find(path, null, folder);
    return new PublishRequest(
        source,
        source.workFolder(),
        source.name(),
        List.of(quants),
        null,
        false,
        false,
        CardOptions.of(source.name()),
        new TemplateChoice.Proven(),
        false,
        List.of(new Destination.Folder(folder.resolve("out"), false)),
        redo);
  }

  private List<String> publish(PublishRequest request) throws IOException {
    PublishPlan plan = publisher.plan(request, false, Progress.NONE);
    List<String> said = new ArrayList<>();
    publisher.run(
        plan, o -> said.add(o.step().name() + (o.kept() ? " kept" : " done")), Progress.NONE);
    return said;
  }

  private List<String> reasons(PublishRequest request) throws IOException {
    return publisher.plan(request, true, Progress.NONE).steps().stream()
        .map(PublisherTest::reason)
        .toList();
  }

  private static String reason(Planned planned) {
    return planned.step().name() + " " + planned.reason().orElse("-");
  }

  private Map<String, byte[]> published() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder.resolve("out"))) {
      for (Path file : all.toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  @Test
  void aRunIsMergedConvertedAndCopied() throws IOException {
    assertEquals(
        List.of(
            "merge done",
            "convert-q8_0 done",
            "convert-bf16 done",
            "modelfile done",
            "card done",
            "to done"),
        publish(request(run, Set.of(), FileType.Q8_0, FileType.BF16)));
    assertEquals(
        List.of(
            "Modelfile",
            "README.md",
            "SHA256SUMS",
            "config.json",
            "kettle-BF16.gguf",
            "kettle-Q8_0.gguf",
            "loss.svg",
            "model.safetensors",
            "params",
            "template",
            "tokenizer.json",
            "tokenizer_config.json"),
        List.copyOf(published().keySet()));
    assertEquals(
        "kettle",
        GgufFile.readHeader(folder.resolve("out/kettle-Q8_0.gguf"))
            .metadata()
            .string("general.name")
            .orElse(""));
    assertTrue(
        Files.mismatch(base.resolve("model.safetensors"), folder.resolve("out/model.safetensors"))
            > 0,
        "the adapter is in the weights");
  }

  @Test
  void aSecondRunDoesNothingAndTheSameFilesAreThere() throws IOException {
    publish(request(run, Set.of(), FileType.Q8_0));
    FileTime time = Files.getLastModifiedTime(folder.resolve("out"));
    assertEquals(
        List.of("merge kept", "convert-q8_0 kept", "modelfile kept", "card kept", "to kept"),
        publish(request(run, Set.of(), FileType.Q8_0)));
    assertEquals(time, Files.getLastModifiedTime(folder.resolve("out")));
    // The run's folder and its last checkpoint are the same work.
    assertEquals(
        List.of("merge -", "convert-q8_0 -", "modelfile -", "card -", "to -"),
        reasons(request(run.resolve("checkpoint-final"), Set.of(), FileType.Q8_0)));
  }

  @Test
  void whatIsMissingOrChangedIsDoneAgainAndGivesTheSameBytes() throws IOException {
    publish(request(run, Set.of(), FileType.Q8_0));
    Path gguf = run.resolve("publish/kettle-Q8_0.gguf");
    Map<String, byte[]> before = published();
    Files.delete(gguf);
    assertEquals(
        List.of(
            "merge -",
            "convert-q8_0 kettle-Q8_0.gguf is gone",
            "modelfile follows convert-q8_0",
            "card follows convert-q8_0",
            "to follows convert-q8_0"),
        reasons(request(run, Set.of(), FileType.Q8_0)));
    // The same bytes come out, so nothing that reads them is done again.
    assertEquals(
        List.of("merge kept", "convert-q8_0 done", "modelfile kept", "card kept", "to kept"),
        publish(request(run, Set.of(), FileType.Q8_0)));
    assertSame(before, published());

    Files.writeString(folder.resolve("out/config.json"), "{}");
    assertEquals(
        List.of("merge kept", "convert-q8_0 kept", "modelfile kept", "card kept", "to done"),
        publish(request(run, Set.of(), FileType.Q8_0)));
    assertSame(before, published());
  }

  private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach((name, bytes) -> assertArrayEquals(bytes, actual.get(name), name));
  }

  @Test
  void aTouchedFileIsReadAndFoundToBeTheSame() throws IOException {
    publish(request(run, Set.of(), FileType.Q8_0));
    FileTime later = FileTime.from(Instant.parse("2030-01-01T00:00:00Z"));
    Files.setLastModifiedTime(run.resolve("publish/kettle-Q8_0.gguf"), later);
    Files.setLastModifiedTime(run.resolve("checkpoint-final/adapter_model.safetensors"), later);
    assertEquals(
        List.of("merge -", "convert-q8_0 -", "modelfile -", "card -", "to -"),
        reasons(request(run, Set.of(), FileType.Q8_0)));
  }

  @Test
  void anotherAdapterIsMergedAnew() throws IOException {
    publish(request(run, Set.of(), FileType.Q8_0));
    Map<String, byte[]> before = published();
    Fixtures.adapter(run.resolve("checkpoint-final"), base.toString(), 0.25f);
    assertEquals(
        List.of(
            "merge adapter_model.safetensors has changed",
            "convert-q8_0 follows merge",
            "modelfile follows convert-q8_0",
            "card follows merge",
            "to follows merge"),
        reasons(request(run, Set.of(), FileType.Q8_0)));
    publish(request(run, Set.of(), FileType.Q8_0));
    assertFalse(Arrays.equals(before.get("kettle-Q8_0.gguf"), published().get("kettle-Q8_0.gguf")));
  }

  @Test
  void redoRepeatsAStepAndWhatDependsOnIt() throws IOException {
    publish(request(run, Set.of(), FileType.Q8_0, FileType.F16));
    assertEquals(
        List.of(
            "merge kept",
            "convert-q8_0 done",
            "convert-f16 kept",
            "modelfile done",
            "card done",
            "to done"),
        publish(request(run, Set.of("convert-q8_0"), FileType.Q8_0, FileType.F16)));
    assertEquals(
        List.of(
            "merge kept",
            "convert-q8_0 done",
            "convert-f16 done",
            "modelfile done",
            "card done",
            "to done"),
        publish(request(run, Set.of("convert"), FileType.Q8_0, FileType.F16)));
    assertEquals(
        List.of(
            "merge done",
            "convert-q8_0 done",
            "convert-f16 done",
            "modelfile done",
            "card done",
            "to done"),
        publish(request(run, Set.of("merge"), FileType.Q8_0, FileType.F16)));
    UnknownStepException e =
        assertThrows(UnknownStepException.class, () -> publish(request(run, Set.of("quantise"))));
    assertEquals(List.of("merge", "card", "to"), e.steps());
  }

  @Test
  void aStepThatWasInterruptedIsDoneAgain() throws IOException {
    publish(request(run, Set.of(), FileType.Q8_0));
    Path file = run.resolve("publish").resolve(Journal.FILE);
    String journal = Files.readString(file);
    int at = journal.indexOf("\"convert-q8_0\"");
    Files.writeString(
        file, journal.substring(0, at) + journal.substring(at).replaceFirst("true", "false"));
    assertEquals(
        List.of("merge -", "convert-q8_0 was interrupted", "modelfile follows convert-q8_0"),
        reasons(request(run, Set.of(), FileType.Q8_0)).subList(0, 3));
  }

  @Test
  void aPlanWritesNothing() throws IOException {
    List<Path> before = tree();
    PublishPlan plan = publisher.plan(request(run, Set.of(), FileType.Q8_0), true, Progress.NONE);
    assertEquals(before, tree());
    Step convert = plan.steps().get(1).step();
    publish(request(run, Set.of(), FileType.Q8_0));
    assertEquals(convert.size().bytes(), Files.size(convert.outputs().getFirst()));
  }

  private List<Path> tree() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted().toList();
    }
  }

  @Test
  void aFolderOfSomebodyElseIsRefusedBeforeAnythingIsDone() throws IOException {
    Files.createDirectory(folder.resolve("out"));
    Files.writeString(folder.resolve("out/thesis.txt"), "dear");
    assertThrows(
        FileAlreadyExistsException.class, () -> publish(request(run, Set.of(), FileType.Q8_0)));
    assertFalse(Files.exists(run.resolve("publish")));
    assertEquals("dear", Files.readString(folder.resolve("out/thesis.txt")));
  }

  @Test
  void twoProcessesDoNotPublishFromOneFolder() throws IOException {
    PublishRequest request = request(run, Set.of(), FileType.Q8_0);
    PublishPlan plan = publisher.plan(request, false, Progress.NONE);
    try (Journal _ = Journal.open(request.work())) {
      assertThrows(
          BusyException.class, () -> publisher.run(plan, StepListener.NONE, Progress.NONE));
    }
  }

  @Test
  void whatIsWrongIsToldBeforeAnythingIsDone() throws IOException {
    Files.writeString(run.resolve("checkpoint-final/adapter_model.safetensors"), "no tensors");
    assertThrows(FormatException.class, () -> publish(request(run, Set.of(), FileType.Q8_0)));
    assertFalse(Files.exists(run.resolve("publish")));

    Path lost = Fixtures.adapter(folder.resolve("lost"), "org/elsewhere", 1);
    BaseMissingException missing =
        assertThrows(BaseMissingException.class, () -> Source.find(lost, null, folder));
    assertEquals("org/elsewhere", missing.base());

    Files.delete(run.resolve("checkpoint-final/adapter_config.json"));
    Files.delete(run.resolve("checkpoint-final/adapter_model.safetensors"));
    Files.delete(run.resolve("checkpoint-final"));
    FormatException unfinished =
        assertThrows(FormatException.class, () -> Source.find(run, null, folder));
    assertTrue(
        String.valueOf(unfinished.getMessage()).endsWith("its run is 'completed'"),
        unfinished.getMessage());
  }

  private PublishRequest unmerged(CardOptions card, Destination... destinations)
      throws IOException {
    return unmerged(card, List.of(), destinations);
  }

  private PublishRequest unmerged(
      CardOptions card, List<FileType> quants, Destination... destinations) throws IOException {
    Source source = Source.find(run, null, folder);
    return new PublishRequest(
        source,
        source.workFolder(),
        "kettle",
        quants,
        null,
        true,
        false,
        card,
        new TemplateChoice.Proven(),
        false,
        List.of(destinations),
        Set.of());
  }

  private Destination out() {
    return new Destination.Folder(folder.resolve("out"), false);
  }

  @Test
  void anAdapterIsPublishedAsItIs() throws IOException {
    Path node = folder.resolve("node");
    assertEquals(
        List.of("convert-adapter done", "card done", "to done", "swarm-adapter done"),
        publish(unmerged(CardOptions.of("kettle"), out(), new Destination.Swarm(node, 1 << 20))));
    assertEquals(
        List.of(
            "README.md",
            "SHA256SUMS",
            "adapter_config.json",
            "adapter_model.safetensors",
            "kettle-adapter-F32.gguf",
            "loss.svg"),
        List.copyOf(published().keySet()));
    assertEquals(
        -1,
        Files.mismatch(
            run.resolve("checkpoint-final/adapter_model.safetensors"),
            node.resolve("adapters/kettle/adapter_model.safetensors")));
  }

  @Test
  void anAdapterNamesItsModelAsOthersKnowIt() throws IOException {
    CardOptions card =
        new CardOptions(
            "kettle",
            null,
            null,
            "acme/base",
            null,
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            true);
    assertEquals(
        List.of("adapter done", "convert-adapter done", "card done", "to done"),
        publish(unmerged(card, out())));
    String config = Files.readString(folder.resolve("out/adapter_config.json"));
    assertTrue(config.contains("\"base_model_name_or_path\" : \"acme/base\""), config);
    assertTrue(config.contains("\"lora_alpha\" : 4"), config);
    Destination git = new Destination.GitBranch("https://example.org/a", "main", "message");
    assertThrows(
        UnnamedBaseException.class,
        () -> publisher.plan(unmerged(CardOptions.of("kettle"), git), false, Progress.NONE));
    // Ollama gets none of PEFT's files, so that only the GGUF is missing.
    Destination ollama =
        new Destination.OllamaModel(
            ModelName.parse("acme/kettle"), false, new OllamaRoad.Registry(false));
    assertThrows(
        NoGgufException.class, () -> Pipeline.of(unmerged(CardOptions.of("kettle"), ollama)));
  }

  @Test
  void aModelIsFoundInTheCacheOfHuggingFace() throws IOException {
    Path repository = folder.resolve("hub/models--acme--base");
    Files.createDirectories(repository.resolve("refs"));
    Files.writeString(repository.resolve("refs/main"), "abc\n");
    Files.createDirectories(repository.resolve("snapshots"));
    Fixtures.model(repository.resolve("snapshots/abc"));
    Path adapter = Fixtures.adapter(folder.resolve("lora"), "acme/base", 1);
    Source.AdapterFolder source =
        (Source.AdapterFolder) Source.find(adapter, null, folder.resolve("hub"));
    assertEquals(repository.resolve("snapshots/abc"), source.base());
    assertEquals("acme/base", source.baseName());
  }

  @Test
  void aModelIsCutIntoTheShardsOfANode() throws IOException {
    PublishRequest request = request(run, Set.of(), FileType.Q8_0);
    Path node = folder.resolve("node");
    PublishRequest swarm =
        new PublishRequest(
            request.source(),
            request.work(),
            request.name(),
            request.quants(),
            null,
            false,
            false,
            request.card(),
            request.template(),
            false,
            List.of(new Destination.Swarm(node, 100 << 10)),
            Set.of());
    assertEquals("swarm-kettle-q8-0 done", publish(swarm).getLast());
    assertTrue(Files.exists(node.resolve("models/kettle-q8-0/manifest.json")));
    assertEquals("swarm-kettle-q8-0 kept", publish(swarm).getLast());
    Files.delete(node.resolve("models/kettle-q8-0/shard_001.bin"));
    assertEquals("swarm-kettle-q8-0 done", publish(swarm).getLast());
    // A model of that name that this work has not made is left alone, on another node too.
    Path other = folder.resolve("other");
    Files.createDirectories(other.resolve("models/kettle-q8-0"));
    assertThrows(
        FileAlreadyExistsException.class,
        () -> publish(to(request, new Destination.Swarm(other, 100 << 10))));
  }

  private static PublishRequest to(PublishRequest request, Destination destination) {
    return new PublishRequest(
        request.source(),
        request.work(),
        request.name(),
        request.quants(),
        null,
        request.unmerged(),
        false,
        request.card(),
        request.template(),
        false,
        List.of(destination),
        Set.of());
  }

  @Test
  void whatSomebodyPutIntoTheFolderIsNotReplaced() throws IOException {
    PublishRequest request = request(run, Set.of(), FileType.Q8_0);
    publish(request);
    Path note = Files.writeString(folder.resolve("out/notes.txt"), "dear");
    FileAlreadyExistsException e =
        assertThrows(FileAlreadyExistsException.class, () -> publish(request));
    assertEquals(note.toString(), e.getFile());
    assertEquals("dear", Files.readString(note));
    Files.delete(note);
    Files.createDirectory(folder.resolve("out/.git"));
    Files.writeString(folder.resolve("out/.git/HEAD"), "x");
    assertEquals("to kept", publish(request).getLast());
    Files.delete(folder.resolve("out/config.json"));
    assertThrows(FileAlreadyExistsException.class, () -> publish(request));
    publish(to(request, new Destination.Folder(folder.resolve("out"), true)));
    assertFalse(Files.exists(folder.resolve("out/.git")));
  }

  @Test
  void whatIsNeededIsNotReplacedEvenByForce() throws IOException {
    PublishRequest request = request(run, Set.of(), FileType.Q8_0);
    for (Path needed :
        List.of(run, run.resolve("checkpoint-final"), base, run.resolve("publish"), folder)) {
      PublishRequest over = to(request, new Destination.Folder(needed, true));
      assertThrows(IllegalArgumentException.class, () -> publish(over), needed.toString());
    }
    assertTrue(Files.exists(run.resolve("checkpoint-final/adapter_config.json")));
    assertFalse(Files.exists(run.resolve("publish")));
  }

  @Test
  void aFolderInTheModelsOwnIsNoPartOfTheModel() throws IOException {
    Source source = Source.find(base, null, folder);
    PublishRequest inside =
        new PublishRequest(
            source,
            base.resolve("work"),
            "tiny",
            List.of(FileType.Q8_0),
            null,
            false,
            false,
            CardOptions.of("tiny"),
            new TemplateChoice.Proven(),
            false,
            List.of(new Destination.Folder(base.resolve("out"), false)),
            Set.of());
    publish(inside);
    assertEquals(
        List.of("convert-q8_0 kept", "modelfile kept", "card kept", "to kept"), publish(inside));
    assertTrue(Files.exists(base.resolve("out/tiny-Q8_0.gguf")));
  }

  @Test
  void whatAnotherVersionMadeIsMadeAnew() throws IOException {
    PublishRequest request = request(run, Set.of(), FileType.Q8_0);
    publish(request);
    Path journal = request.work().resolve(Journal.FILE);
    String text = Files.readString(journal);
    int at = text.indexOf("\"card\" :");
    Files.writeString(
        journal, text.substring(0, at) + text.substring(at).replaceFirst("9\\.9", "9.8"));
    assertEquals(
        List.of(
            "merge -",
            "convert-q8_0 -",
            "modelfile -",
            "card was done by another version of this program",
            "to follows card"),
        reasons(request));
    // The same bytes come out.
    assertEquals(List.of("card done", "to kept"), publish(request).subList(3, 5));
  }

  @Test
  void whatOnlyTheCardOrTheModelfileReadsIsWatched() throws IOException {
    PublishRequest request = request(run, Set.of(), FileType.Q8_0);
    publish(request);
    Files.writeString(base.resolve("LICENSE"), "terms");
    publish(request);
    assertTrue(Files.readString(folder.resolve("out/Modelfile")).contains("terms"));
    Path config = run.resolve("checkpoint-final/adapter_config.json");
    Files.writeString(config, Files.readString(config).replace("LORA", "LORA\", \"x\": \"y"));
    publish(request);
    assertEquals(List.of(), reasons(request).stream().filter(r -> !r.endsWith(" -")).toList());
    // A run that goes on while its result is converted: the card tells what is there in the end.
    PublishPlan plan = publisher.plan(request, false, Progress.NONE);
    Path facts = run.resolve("run.json");
    Files.writeString(facts, Files.readString(facts).replace("61.2", "62.2"));
    publisher.run(plan, StepListener.NONE, Progress.NONE);
    assertTrue(Files.readString(folder.resolve("out/README.md")).contains("1 min 02 s"));
  }

  @Test
  void aCheckpointsCardTellsNothingThatCameLater() throws IOException {
    Fixtures.adapter(run.resolve("checkpoint-1"), base.toString(), 0.5f);
    publish(request(run.resolve("checkpoint-1"), Set.of(), FileType.Q8_0));
    String card = Files.readString(folder.resolve("out/README.md"));
    assertTrue(card.contains("| steps | 1 of 2 |"), card);
    assertFalse(card.contains("1 min 01 s"), card);
    assertFalse(card.contains("validation loss"), card);
    assertFalse(card.contains("6.25"), card);
  }

  /// Where a model without a template is trained with one, that is in the adapter's folder.
  @Test
  void anAdaptersOwnTemplateIsWhatOllamaGets() throws IOException {
    Path config = base.resolve("tokenizer_config.json");
    ObjectNode tree = (ObjectNode) new JsonMapper().readTree(config.toFile());
    Path adapter = run.resolve("checkpoint-final");
    new JsonMapper().writeValue(adapter.resolve("tokenizer_config.json").toFile(), tree);
    tree.remove("chat_template");
    new JsonMapper().writeValue(config.toFile(), tree);
    publish(request(run, Set.of(), FileType.Q8_0));
    String template = Files.readString(folder.resolve("out/template"));
    assertTrue(template.contains("<|im_start|>"), template);
    PublishRequest unmerged = unmerged(CardOptions.of("kettle"), List.of(FileType.Q8_0), out());
    AtomicDirectory.deleteTree(folder.resolve("out"));
    publish(unmerged);
    assertEquals(template, Files.readString(folder.resolve("out/template")));
    assertEquals(
        "kettle-base",
        GgufFile.readHeader(folder.resolve("out/kettle-base-Q8_0.gguf"))
            .metadata()
            .string("general.name")
            .orElse(""));
    assertTrue(
        Files.readString(folder.resolve("out/Modelfile"))
            .contains("FROM ./kettle-base-Q8_0.gguf\nADAPTER ./kettle-adapter-F32.gguf\n"));
  }

  @Test
  void aPasswordInAnAddressIsNotEvenPlannedWith() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Destination.GitBranch("https://me:s3cret@example.org/x", "main", "m"));
    assertFalse(String.valueOf(e.getMessage()).contains("s3cret"), e.getMessage());
  }

  @Test
  void whatQuantizingNeedsIsLookedForBeforeAnythingIsDone() throws IOException {
    Publisher without =
        new Publisher(
            new Machine(
                1,
                () -> {
                  throw new IOException("there is no llama.cpp");
                },
                new NoServices()),
            "9.9",
            CLOCK);
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                without.plan(
                    request(run, Set.of(), FileType.Q8_0, FileType.Q4_K_M), false, Progress.NONE));
    assertEquals("there is no llama.cpp", e.getMessage());
    PublishRequest request = request(run, Set.of(), FileType.IQ2_XS);
    PublishRequest matrix =
        new PublishRequest(
            request.source(),
            request.work(),
            "kettle",
            request.quants(),
            folder.resolve("none.gguf"),
            false,
            false,
            request.card(),
            request.template(),
            false,
            request.destinations(),
            Set.of());
    assertThrows(NoSuchFileException.class, () -> without.plan(matrix, false, Progress.NONE));
    assertFalse(Files.exists(run.resolve("publish")));
  }

  @Test
  void aModelfileNeedsAModelInGguf() throws IOException {
    PublishRequest request = request(run, Set.of());
    PublishRequest only =
        new PublishRequest(
            request.source(),
            request.work(),
            "kettle",
            List.of(),
            null,
            false,
            false,
            request.card(),
            request.template(),
            true,
            List.of(),
            Set.of());
    assertThrows(NoGgufException.class, () -> publish(only));
  }
}
