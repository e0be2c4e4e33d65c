package dev.computepool.cli.command.publish;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.Durations;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.LlamaOptions;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.Version;
import dev.computepool.cli.command.train.TrainingMachine;
import dev.computepool.cli.option.FileTypeConverter;
import dev.computepool.cli.option.OptionHeading;
import dev.computepool.cli.option.Under;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.llama.FileType;
import dev.computepool.publish.Destination;
import dev.computepool.publish.Machine;
import dev.computepool.publish.PublishPlan;
import dev.computepool.publish.PublishRequest;
import dev.computepool.publish.PublishResult;
import dev.computepool.publish.Publisher;
import dev.computepool.publish.card.Card;
import dev.computepool.publish.hub.OfflineException;
import dev.computepool.publish.hub.RepoId;
import dev.computepool.publish.source.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp publish`: what training left, made into what others can use.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp publish run --quant q4_k_m --hf org/name --ollama user/name",
      "  cp publish run --quant q4_k_m,q8_0 --hf org/name --dry-run",
      "  cp publish run/checkpoint-final --quant q4_k_m --to out",
      "  cp publish model.gguf --ollama user/name --install",
      "",
      "A second run does only what is missing or has changed; one that was stopped goes",
      "on. HF_TOKEN lets us into the Hub; 'cp models download' brings a model from it."
    })
public final class PublishCommand extends Command {
  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "A run, its checkpoint-final, a model's folder, an adapter, or a GGUF file.")
  private @Nullable Path path;

  @Mixin private HubFlags hub = new HubFlags();

  @Mixin private OllamaFlags ollama = new OllamaFlags();

  @Under(OptionHeading.PLACES)
  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "A plain folder with all files and their SHA256SUMS.")
  private @Nullable Path folder;

  @Mixin private GitFlags git = new GitFlags();

  @Under(OptionHeading.PLACES)
  @Option(
      names = "--swarm",
      paramLabel = "DIR",
      description = "The data folder of a SwarmLLM node, which gets the model in shards.")
  private @Nullable Path swarm;

  @Under(OptionHeading.FILES)
  @Option(
      names = "--quant",
      split = ",",
      paramLabel = "TYPE",
      converter = FileTypeConverter.Published.class,
      completionCandidates = FileTypeConverter.Published.class,
      description = "GGUF files to make, such as q4_k_m, q8_0 or f16; repeatable.")
  private List<FileType> quants = new ArrayList<>();

  @Under(OptionHeading.FILES)
  @Option(
      names = "--base",
      paramLabel = "DIR",
      description = "Of an adapter: its model; default: the one that its files name.")
  private @Nullable Path base;

  @Under(OptionHeading.FILES)
  @Option(
      names = "--imatrix",
      paramLabel = "FILE",
      description = "Importance matrix for the smallest types.")
  private @Nullable Path matrix;

  @Under(OptionHeading.FILES)
  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What files are called; default: as the run or the folder.")
  private @Nullable String name;

  @Under(OptionHeading.FILES)
  @Option(
      names = "--adapter-only",
      description = "Publish an adapter as it is, instead of merging it into its model.")
  private boolean adapterOnly;

  @Under(OptionHeading.FILES)
  @Option(
      names = "--gguf-only",
      description = "Publish GGUF files without the weights that they were made of.")
  private boolean ggufOnly;

  @Under(OptionHeading.STEPS)
  @Option(
      names = {"-n", "--dry-run"},
      description = "Show the steps with their sizes and what is there already; write nothing.")
  private boolean dryRun;

  @Under(OptionHeading.STEPS)
  @Option(
      names = "--redo",
      split = ",",
      paramLabel = "STEP",
      description = "Do a step again, and all that depends on it; repeatable.")
  private List<String> redo = new ArrayList<>();

  @Under(OptionHeading.STEPS)
  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "Where results and the journal are kept; default: 'publish' in the run, else beside DIR.")
  private @Nullable Path work;

  @Under(OptionHeading.STEPS)
  @Option(names = "--force", description = "Replace a folder that was there before.")
  private boolean force;

  @Mixin private CardFlags card = new CardFlags();

  @Under(OptionHeading.CARD)
  @Option(
      names = "--write-card-template",
      paramLabel = "FILE",
      description = "Write our template of cards, to be edited, and do nothing else.")
  private @Nullable Path cardTemplate;

  @Mixin private LlamaOptions llama = new LlamaOptions();

  public PublishCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    if (cardTemplate != null) {
      try (AtomicFile file =
          force ? AtomicFile.replace(cardTemplate) : AtomicFile.create(cardTemplate)) {
        file.write(ByteBuffer.wrap(Card.template().getBytes(StandardCharsets.UTF_8)));
        file.commit();
      }
      out.show(new Template(cardTemplate.toString()));
      out.note("'--card-template %s' uses it".formatted(cardTemplate));
      return ExitCode.DONE;
    }
    try (Connections connections = new Connections(context(), out, offline(), ollama.key())) {
      return run(out, connections);
    }
  }

  /// The template of cards that was written.
  private record Template(String path) implements Report {
    @Override
    public void print(Text out) {
      out.line("wrote " + path);
    }
  }

  private ExitCode run(Output out, Connections connections) throws IOException {
    Machine machine =
        new Machine(llama.threads(context()), () -> llama.start(context()), connections);
    Publisher publisher = new Publisher(machine, Version.CURRENT, Clock.systemUTC());
    PublishPlan plan = publisher.plan(request(connections), dryRun, out.progress());
    plan.notes().forEach(out::warn);
    plan.steps().stream()
        .flatMap(step -> step.there().stream())
        .flatMap(there -> there.warnings().stream())
        .forEach(out::warn);
    if (dryRun) {
      out.show(PublishPlanReport.of(plan));
      out.note("dry run: nothing was written");
      return ExitCode.DONE;
    }
    long start = System.nanoTime();
    PublishResult result =
        publisher.run(plan, outcome -> out.note(StepView.line(outcome)), out.progress());
    out.show(PublishReport.of(result));
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    out.note("published in " + Durations.format(time));
    return ExitCode.DONE;
  }

  private PublishRequest request(Connections connections) throws IOException {
    if (path == null) {
      throw new UsageException(
          "what is to be published?", "DIR is a run, a model's folder, an adapter or a GGUF file");
    }
    Source source = Source.find(path, base, TrainingMachine.hubCache(context().environment()));
    RepoId repository = hub.repository();
    String called = called(source, repository);
    List<Destination> destinations = destinations(called, connections);
    return new PublishRequest(
        source,
        work == null ? source.workFolder() : work,
        called,
        quants,
        matrix,
        adapterOnly,
        ggufOnly,
        card.options(called, repository == null ? null : repository.toString(), ollama.name()),
        ollama.template(),
        ollama.modelfileOnly(),
        destinations,
        Set.copyOf(redo));
  }

  /// As the repository is, without the ending by which repositories of GGUF files are known.
  private String called(Source source, @Nullable RepoId repository) {
    if (name != null) {
      return name;
    }
    return repository == null ? source.name() : repository.name().replaceFirst("(?i)-GGUF$", "");
  }

  private List<Destination> destinations(String called, Connections connections)
      throws IOException {
    List<Destination> destinations = new ArrayList<>();
    String message = hub.message() == null ? "Publish " + called : hub.message();
    hub.requireUse(git.isNamed());
    hub.destination(message).ifPresent(destinations::add);
    if (folder != null) {
      destinations.add(new Destination.Folder(folder, force));
    }
    if (swarm != null) {
      long size = context().config().shardSize().bytes();
      destinations.add(new Destination.Swarm(swarm, size));
    }
    git.destination(message).ifPresent(destinations::add);
    destinations.addAll(ollama.destinations(connections));
    if (ollama.modelfileOnly()) {
      destinations.removeIf(d -> !(d instanceof Destination.Folder));
    } else if (destinations.isEmpty()) {
      throw new UsageException(
          "there is nowhere to publish to",
          "--hf ORG/NAME, --ollama USER/NAME, --git URL, --swarm DIR or --to DIR says where");
    }
    if (offline()) {
      for (Destination destination : destinations) {
        if (destination.isRemote()) {
          throw new OfflineException("publish to another machine");
        }
      }
    }
    return destinations;
  }
}
