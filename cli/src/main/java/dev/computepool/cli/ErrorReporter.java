package dev.computepool.cli;

import dev.computepool.base.BusyException;
import dev.computepool.base.CancelledException;
import dev.computepool.base.DiskFullException;
import dev.computepool.base.FormatException;
import dev.computepool.base.VerificationException;
import dev.computepool.cli.config.Suggestions;
import dev.computepool.cli.option.GlobalOptions;
import dev.computepool.cli.output.ClosedPipeException;
import dev.computepool.cli.output.Json;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.term.Characters;
import dev.computepool.cli.term.Style;
import dev.computepool.crawl.dataset.AskingException;
import dev.computepool.crawl.fetch.PageRefusedException;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.search.SearchException;
import dev.computepool.crawl.source.SourceException;
import dev.computepool.llama.LlamaException;
import dev.computepool.llama.LlamaLibraryException;
import dev.computepool.llama.LlamaMissingException;
import dev.computepool.llama.quantize.UnquantizableException;
import dev.computepool.publish.NoGgufException;
import dev.computepool.publish.UnknownStepException;
import dev.computepool.publish.UnnamedBaseException;
import dev.computepool.publish.git.GitException;
import dev.computepool.publish.http.ConnectionException;
import dev.computepool.publish.http.TooLargeAnswerException;
import dev.computepool.publish.hub.HubException;
import dev.computepool.publish.hub.OfflineException;
import dev.computepool.publish.modelfile.NoGoTemplateException;
import dev.computepool.publish.ollama.FileChangedException;
import dev.computepool.publish.ollama.daemon.DaemonException;
import dev.computepool.publish.ollama.registry.RegistryException;
import dev.computepool.publish.source.BaseMissingException;
import dev.computepool.tokenizer.TokenizerLibraryException;
import dev.computepool.train.external.ProgramException;
import dev.computepool.train.python.PythonMissingException;
import dev.computepool.train.run.CheckpointException;
import dev.computepool.train.run.LossException;
import dev.computepool.train.run.NotRunningException;
import dev.computepool.train.torch.TorchMemoryException;
import dev.computepool.train.torch.TorchMissingException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Turns what went wrong into `error:`, `cause:` and `hint:` lines and an exit code.
public final class ErrorReporter {
  private static final int MAX_PROBLEMS = 50;

  /// What picocli says of a value that is no number.
  private static final Pattern NUMBER =
      Pattern.compile(".*: ('.*') is not an? (int|long|double)", Pattern.DOTALL);

  private static final String FETCHED_ONLINE = "without --offline it is fetched";

  /// How a page comes back whose host's robots.txt could not be read.
  public static final String ASKED_AGAIN =
      "the same command asks again after an hour, with --retry-failed at once";

  private static final String PRIVATE = "--allow-private HOST allows it for hosts that you trust";

  private ErrorReporter() {}

  /// What is told of a failure.
  ///
  /// @param error what failed, with file and value
  /// @param cause more of what is known, a line each
  /// @param hint what the user can do
  private record Message(
      String error, List<String> cause, @Nullable String hint, ExitCode exitCode) {
    Message(String error, @Nullable String hint, ExitCode exitCode) {
      this(error, List.of(), hint, exitCode);
    }
  }

  /// The document of a failure with `--json`.
  private record Failure(
      String error,
      @Nullable String cause,
      @Nullable String hint,
      int exitCode,
      @Nullable List<String> trace) {}

  /// Tells the user about `failure` and says how to exit.
  static ExitCode report(Throwable failure, Context context) {
    if (failure instanceof ClosedPipeException) {
      return ExitCode.DONE;
    }
    Message message = message(failure, context);
    Output out = context.output();
    List<String> trace = out.options().verbosity() > 1 ? trace(failure) : null;
    if (out.options().json()) {
      String cause = message.cause().isEmpty() ? null : String.join("\n", message.cause());
      out.error(
          Json.document(
              new Failure(
                  message.error(), cause, message.hint(), message.exitCode().code(), trace)));
    } else {
      Style style = out.errorStyle();
      StringBuilder text = new StringBuilder(line(style.bad("error:"), message.error()));
      message.cause().forEach(cause -> text.append(line(style.bold("cause:"), cause)));
      if (message.hint() != null) {
        text.append(line(style.bold("hint:"), message.hint()));
      }
      if (trace != null) {
        trace.forEach(line -> text.append(line).append('\n'));
      }
      out.error(text.toString());
    }
    return message.exitCode();
  }

  /// How to exit after `failure`, without telling anybody.
  public static ExitCode exitCode(Throwable failure, Context context) {
    return failure instanceof ClosedPipeException
        ? ExitCode.DONE
        : message(failure, context).exitCode();
  }

  /// What `failure` is in words, without telling anybody.
  public static String words(Throwable failure, Context context) {
    return message(failure, context).error();
  }

  private static String line(String label, String text) {
    return label + " " + Characters.visible(text) + "\n";
  }

  private static List<String> trace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    return trace.toString().lines().toList();
  }

  private static Message message(Throwable failure, Context context) {
    // Some of Java's own say nothing but what they are called.
    String text =
        failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    return switch (failure) {
      case CancelledException _ ->
          new Message(
              "interrupted; nothing half-written was left under its final name",
              "the same command starts again",
              ExitCode.INTERRUPTED);
      case UsageException e -> new Message(text, e.hint(), ExitCode.USAGE);
      case NotFoundException e -> new Message(text, e.hint(), ExitCode.NOT_FOUND);
      case NotAuthorisedException e -> new Message(text, e.hint(), ExitCode.NOT_AUTHORISED);
      case VerificationException e -> verification(e);
      case FormatException e -> format(e);
      case LlamaMissingException _ ->
          new Message(
              text,
              "build again where npm is, or name one of your own with --llama-lib",
              ExitCode.NOT_FOUND);
      case LlamaLibraryException e ->
          new Message(
              text,
              e.log(),
              "'%s doctor' shows which library is used; without --llama-lib and llama.lib it is ours"
                  .formatted(context.program()),
              ExitCode.USAGE);
      case UnquantizableException e -> unquantizable(e, text);
      case LlamaException e -> new Message(text, e.log(), null, ExitCode.FAILED);
      case BaseMissingException e ->
          new Message(
              text,
              e.base().matches("[\\w.-]+/[\\w.-]+")
                  ? "'%s models download %s -o DIR' fetches it, and --base DIR names its folder"
                      .formatted(context.program(), e.base())
                  : "--base DIR names the folder of its model",
              ExitCode.NOT_FOUND);
      case UnnamedBaseException _ ->
          new Message(text, "--base-model ORG/NAME says what the Hub calls it", ExitCode.USAGE);
      case NoGgufException _ ->
          new Message(text, "--quant TYPE says it: q4_k_m, q8_0, f16 …", ExitCode.USAGE);
      case UnknownStepException e ->
          new Message(text, "it has " + String.join(", ", e.steps()), ExitCode.USAGE);
      case SearchException e -> search(e, text);
      case PageRefusedException e -> new Message(text, hint(e.why()), exitCode(e.why()));
      case SourceException e -> source(e, text);
      case AskingException e ->
          new Message(
              text,
              null,
              e.status() == 401 || e.status() == 403 ? ExitCode.NOT_AUTHORISED : ExitCode.REMOTE);
      case HubException e -> hub(e, text);
      case RegistryException e -> registry(e, text);
      case DaemonException e -> daemon(e, text);
      case ConnectionException _ ->
          new Message(text, "try again later; what has come or gone is kept", ExitCode.REMOTE);
      case TooLargeAnswerException _ ->
          new Message(text, "is this the right address?", ExitCode.REMOTE);
      case FileChangedException _ ->
          new Message(text, "the same command publishes what is there now", ExitCode.FAILED);
      case GitException e -> git(e, text);
      case NoGoTemplateException e ->
          new Message(
              text,
              List.of(e.why()),
              "'%s publish --template FILE' takes a Go template written by hand; with --no-template,"
                      .formatted(context.program())
                  + " Ollama 0.30 and later use the model's own",
              ExitCode.FAILED);
      case OfflineException _ ->
          new Message(
              text, "without --offline, HF_HUB_OFFLINE and offline: it is asked", ExitCode.REMOTE);
      case NotRunningException e ->
          new Message(
              text,
              e.run().isResumable()
                  ? "'%s train resume %s' goes on with it"
                      .formatted(context.program(), e.run().files().folder())
                  : null,
              ExitCode.FAILED);
      case TokenizerLibraryException _ ->
          new Message(
              text,
              "'%s doctor' shows what works here".formatted(context.program()),
              ExitCode.FAILED);
      case TorchMissingException _ ->
          new Message(
              text,
              "in a clone of ComputePool 'mvn -B -ntp -DskipTests package' brings it; the archive"
                  + " with -with-torch in its name has it",
              ExitCode.NOT_FOUND);
      case PythonMissingException e ->
          new Message(
              text,
              e.facts()
                  .remedy()
                  .orElse(
                      "'%s config set python FILE', or python: in the configuration, names one"
                          .formatted(context.program())),
              ExitCode.NOT_FOUND);
      case ProgramException e ->
          new Message(
              text,
              e.words(),
              e.isOutOfMemory()
                  ? "gradient_checkpointing, or a smaller batch_size or max_seq_len, takes less"
                  : null,
              e.isOutOfMemory() ? ExitCode.NO_ROOM : ExitCode.FAILED);
      case TorchMemoryException _ ->
          new Message(
              text,
              "gradient_checkpointing, or a smaller batch_size or max_seq_len, takes less",
              ExitCode.NO_ROOM);
      case CheckpointException _ ->
          new Message(
              text,
              "once its folder is deleted, the run goes on from the checkpoint before it, or from"
                  + " the beginning",
              ExitCode.USAGE);
      case LossException _ ->
          new Message(
              text,
              "a smaller learning_rate, a longer warm-up, or other examples may help; the"
                  + " checkpoints before this step are whole",
              ExitCode.FAILED);
      case DiskFullException _ ->
          new Message(
              "not enough disk space: " + text,
              "free some space, or write to another disk",
              ExitCode.NO_ROOM);
      case BusyException e ->
          new Message(
              e.getFile() + " is being written by another process",
              "wait for it to end, or write to another place",
              ExitCode.FAILED);
      case NoSuchFileException e ->
          new Message("no such file or folder: " + e.getFile(), null, ExitCode.NOT_FOUND);
      case FileAlreadyExistsException e ->
          new Message(
              e.getFile() + " exists already",
              "--force replaces it, another name keeps it",
              ExitCode.USAGE);
      case AccessDeniedException e ->
          new Message("no permission for " + e.getFile(), null, ExitCode.FAILED);
      case NotDirectoryException e ->
          new Message(e.getFile() + " is not a folder", null, ExitCode.USAGE);
      case DirectoryNotEmptyException e ->
          new Message(e.getFile() + " is a folder that is not empty", null, ExitCode.FAILED);
      case FileSystemException e -> fileSystem(e);
      case IOException e when isDiskFull(text) ->
          new Message("no space left on the device", "free some space", ExitCode.NO_ROOM);
      case IOException e -> new Message(text, causes(e), null, ExitCode.FAILED);
      // What streams of files make of an IOException.
      case UncheckedIOException e -> message(Objects.requireNonNull(e.getCause()), context);
      case InvalidPathException e ->
          new Message(
              "'%s' is no path: %s".formatted(e.getInput(), e.getReason()), null, ExitCode.USAGE);
      case IllegalArgumentException _ -> new Message(text, null, ExitCode.USAGE);
      // What Java makes of a mapped page that is not there any more.
      case InternalError _ when text.contains("unsafe memory access") ->
          new Message(
              "a file was cut short while it was read, or its disk has failed",
              "wait until nobody writes the file, then start again",
              ExitCode.FAILED);
      case OutOfMemoryError _ ->
          new Message(
              "out of memory: " + text,
              "COMPUTEPOOL_JAVA_OPTS=-Xmx4g gives the program more",
              ExitCode.NO_ROOM);
      default ->
          new Message(
              "internal error: " + failure,
              "this is a bug of ours; -vv shows where, '%s --version -v' what runs"
                  .formatted(context.program()),
              ExitCode.FAILED);
    };
  }

  private static Message unquantizable(UnquantizableException e, String text) {
    String hint =
        switch (e.reason()) {
          case NO_MATRIX -> "--imatrix FILE gives one; 'imatrix' makes one from a text";
          case QUANTIZED_ALREADY ->
              "start from the 16-bit model; 'quantize --allow-requantize' does it all the same";
          case SAME_FILE -> "name another file for the result";
          case EMPTY_FILE -> "without --keep-split the result is one file";
          case NOT_FINITE -> "'gguf check' finds all of them; the model may be damaged";
          case TOO_LARGE -> "bf16 and f32 hold larger numbers";
          case SOURCE_TYPE -> "make it f16, bf16 or f32 before";
          case SHAPE -> "choose a type with smaller blocks, such as q8_0";
        };
    return new Message(text, hint, ExitCode.USAGE);
  }

  private static @Nullable String hint(Refusal why) {
    if (why == Refusal.ROBOTS_UNAVAILABLE) {
      return ASKED_AGAIN;
    }
    return why == Refusal.PRIVATE_ADDRESS
        ? PRIVATE
        : why == Refusal.NOT_CACHED ? FETCHED_ONLINE : null;
  }

  /// What a page that cannot be had means for the call that needs it.
  public static ExitCode exitCode(Refusal why) {
    return switch (why) {
      case NOT_FOUND -> ExitCode.NOT_FOUND;
      case DENIED, CHALLENGE -> ExitCode.NOT_AUTHORISED;
      case NOT_CACHED,
          ROBOTS_UNAVAILABLE,
          SERVER_ERROR,
          REDIRECTS,
          TOO_LARGE,
          TOO_SLOW,
          UNREACHABLE,
          HOST_GIVEN_UP ->
          ExitCode.REMOTE;
      case ROBOTS, OPTED_OUT, PRIVATE_ADDRESS -> ExitCode.FAILED;
      case PDF, TYPE, UNREADABLE, DUPLICATE, ELSEWHERE, SCRIPT_RENDERED, EMPTY -> ExitCode.USAGE;
    };
  }

  private static Message registry(RegistryException e, String text) {
    return switch (e.kind()) {
      case NOT_AUTHORISED ->
          new Message(
              text,
              "Ollama's registry knows keys: link yours at https://ollama.com/settings/keys; for"
                  + " others COMPUTEPOOL_REGISTRY_AUTH=USER:PASSWORD lets us in",
              ExitCode.NOT_AUTHORISED);
      case NOT_FOUND ->
          new Message(
              text,
              "name, tag and registry must be right; a private model is seen by who may see it",
              ExitCode.NOT_FOUND);
      case TOO_LARGE ->
          new Message(
              text,
              "what stands before the registry, such as a proxy, must let requests of 100 MB pass",
              ExitCode.REMOTE);
      case NO_REGISTRY ->
          new Message(
              text, "is a registry at this address, such as https://ghcr.io?", ExitCode.REMOTE);
      case REFUSED -> new Message(text, null, ExitCode.FAILED);
      case UNAVAILABLE ->
          new Message(text, "try again later; what was sent is not sent again", ExitCode.REMOTE);
      case INSECURE -> new Message(text, "--insecure allows it", ExitCode.USAGE);
    };
  }

  private static Message daemon(DaemonException e, String text) {
    return switch (e.kind()) {
      case NOT_OLLAMA ->
          new Message(text, "OLLAMA_HOST says where Ollama's server is", ExitCode.REMOTE);
      case NOT_AUTHORISED ->
          new Message(
              text,
              "a key of your own, linked to your account, goes without it: --ollama-key",
              ExitCode.NOT_AUTHORISED);
      case FAILED -> new Message(text, "the log of Ollama's server tells more", ExitCode.REMOTE);
    };
  }

  private static Message search(SearchException e, String text) {
    return switch (e.kind()) {
      case KEY ->
          new Message(
              text,
              "VALUESERP_API_KEY, BRAVE_API_KEY, SERPER_API_KEY, INFERNET_PRIVATE_KEY or the"
                  + " setting search.key has it",
              ExitCode.NOT_AUTHORISED);
      case QUOTA ->
          new Message(
              text,
              "top it up or wait, take another service with --search, or name pages with --urls",
              ExitCode.REMOTE);
      case REQUEST, SETUP -> new Message(text, null, ExitCode.REMOTE);
      case TROUBLE -> new Message(text, "try again later", ExitCode.REMOTE);
    };
  }

  private static Message git(GitException e, String text) {
    return switch (e.kind()) {
      case NOT_AUTHORISED ->
          new Message(text, "the token must be one that may write", ExitCode.NOT_AUTHORISED);
      case NOT_FOUND ->
          new Message(
              text,
              "the repository must be there; a private one is seen only with a token that may",
              ExitCode.NOT_FOUND);
      case STALE ->
          new Message(text, "the same command begins from what is there now", ExitCode.FAILED);
      case REJECTED, STORE -> new Message(text, null, ExitCode.FAILED);
      case TROUBLE -> new Message(text, "try again later", ExitCode.REMOTE);
    };
  }

  private static Message hub(HubException e, String text) {
    return switch (e.kind()) {
      case BAD_TOKEN ->
          new Message(
              text,
              (e.page() == null ? "" : e.page() + " makes one; ")
                  + "HF_TOKEN or the file of 'hf auth login' has it",
              ExitCode.NOT_AUTHORISED);
      case GATED ->
          new Message(
              text,
              "ask for access at %s, as the owner of the token in HF_TOKEN".formatted(e.page()),
              ExitCode.NOT_AUTHORISED);
      case FORBIDDEN ->
          new Message(
              text,
              e.page() == null ? null : e.page() + " makes a token that may",
              ExitCode.NOT_AUTHORISED);
      case REPO_NOT_FOUND ->
          new Message(
              text,
              "a private one is seen only with the token of who may, in HF_TOKEN",
              ExitCode.NOT_FOUND);
      case REVISION_NOT_FOUND, ENTRY_NOT_FOUND -> new Message(text, null, ExitCode.NOT_FOUND);
      case QUOTA, CONFLICT, REFUSED -> new Message(text, null, ExitCode.FAILED);
      case STALE ->
          new Message(text, "the same command begins from what is there now", ExitCode.FAILED);
      case RATE_LIMITED, TROUBLE -> new Message(text, "try again later", ExitCode.REMOTE);
    };
  }

  private static Message source(SourceException e, String text) {
    return switch (e.why()) {
      case NOT_FOUND -> new Message(text, null, ExitCode.NOT_FOUND);
      case DENIED, CHALLENGE -> new Message(text, null, ExitCode.NOT_AUTHORISED);
      case PRIVATE_ADDRESS -> new Message(text, PRIVATE, ExitCode.USAGE);
      case UNREADABLE, TYPE, PDF, EMPTY, TOO_LARGE -> new Message(text, null, ExitCode.USAGE);
      case NOT_CACHED -> new Message(text, FETCHED_ONLINE, ExitCode.REMOTE);
      case ROBOTS_UNAVAILABLE -> new Message(text, ASKED_AGAIN, ExitCode.REMOTE);
      case ROBOTS,
          OPTED_OUT,
          SERVER_ERROR,
          REDIRECTS,
          TOO_SLOW,
          UNREACHABLE,
          HOST_GIVEN_UP,
          DUPLICATE,
          ELSEWHERE,
          SCRIPT_RENDERED ->
          new Message(text, null, ExitCode.REMOTE);
    };
  }

  private static Message fileSystem(FileSystemException e) {
    String reason = e.getReason();
    if (reason != null && isDiskFull(reason)) {
      return new Message("no space left for " + e.getFile(), "free some space", ExitCode.NO_ROOM);
    }
    String file = String.valueOf(e.getFile());
    if (reason == null) {
      return new Message("cannot use " + file, null, ExitCode.FAILED);
    }
    return new Message(file + ": " + lowerFirst(reason), null, ExitCode.FAILED);
  }

  private static boolean isDiskFull(String text) {
    return text.contains("No space left on device") || text.contains("Disk quota exceeded");
  }

  private static Message format(FormatException e) {
    return new Message(String.valueOf(e.getMessage()), more(problems(e)), null, ExitCode.USAGE);
  }

  private static Message verification(VerificationException e) {
    return new Message(
        String.valueOf(e.getMessage()), more(e.problems()), null, ExitCode.VERIFICATION);
  }

  private static List<String> problems(FormatException e) {
    return e.problems().stream().map(FormatException.Problem::toString).toList();
  }

  /// The message has the first problem already.
  private static List<String> more(List<String> problems) {
    if (problems.size() <= 1) {
      return List.of();
    }
    List<String> lines = new ArrayList<>(problems);
    if (lines.size() > MAX_PROBLEMS) {
      lines = new ArrayList<>(lines.subList(0, MAX_PROBLEMS));
      lines.add("and %d more".formatted(problems.size() - MAX_PROBLEMS));
    }
    return lines;
  }

  private static List<String> causes(Throwable e) {
    List<String> causes = new ArrayList<>();
    for (Throwable c = e.getCause(); c != null && causes.size() < 5; c = c.getCause()) {
      String text = c.getMessage();
      if (text != null && !String.valueOf(e.getMessage()).contains(text)) {
        causes.add(text);
      }
    }
    return causes;
  }

  /// What picocli found wrong with the command line, in our words.
  static UsageException usage(ParameterException e, Context context) {
    CommandLine line = e.getCommandLine();
    String help = "'%s --help' shows its options".formatted(line.getCommandSpec().qualifiedName());
    return switch (e) {
      case UnmatchedArgumentException unmatched -> {
        String word = unmatched.getUnmatched().getFirst();
        if (!word.startsWith("-") && !line.getSubcommands().isEmpty()) {
          yield unknownCommand(word, line, context);
        }
        if (word.startsWith("-") && !line.getSubcommands().isEmpty() && isOfCommands(word)) {
          yield new UsageException(
              word + " stands too early",
              "options stand after the command: '%s COMMAND … %s'"
                  .formatted(line.getCommandSpec().qualifiedName(), word));
        }
        yield word.startsWith("-")
            ? new UsageException("unknown option: " + word, didYouMeanOption(word, line, help))
            : new UsageException("unexpected argument: " + word, help);
      }
      case MissingParameterException _ ->
          new UsageException(lowerFirst(String.valueOf(e.getMessage())), help);
      case OverwrittenOptionException _ ->
          new UsageException(lowerFirst(String.valueOf(e.getMessage())), help);
      default -> {
        ArgSpec spec = e.getArgSpec();
        if (spec != null && spec.typeInfo().isEnum() && e.getValue() != null) {
          yield new UsageException(
              "%s: '%s' is none of %s"
                  .formatted(label(spec), e.getValue(), String.join(", ", constants(spec))),
              didYouMean(e.getValue(), spec).orElse(help));
        }
        Matcher number = NUMBER.matcher(String.valueOf(e.getMessage()));
        if (spec != null && number.matches()) {
          String kind = number.group(2).equals("double") ? "number" : "whole number";
          yield new UsageException(
              "%s: %s is no %s".formatted(label(spec), number.group(1), kind), help);
        }
        String reason =
            e.getCause() instanceof IllegalArgumentException c && c.getMessage() != null
                ? c.getMessage()
                : String.valueOf(e.getMessage());
        String at = spec == null || e.getCause() == null ? "" : label(spec) + ": ";
        yield new UsageException(at + lowerFirst(reason), help);
      }
    };
  }

  /// Whether every command has such an option.
  private static boolean isOfCommands(String word) {
    String name = word.startsWith("--") ? word.replaceFirst("=.*", "") : word.substring(0, 2);
    return GlobalOptions.names().contains(name);
  }

  /// What is offered for an option; a few take less than all that there is of a kind.
  private static List<String> constants(ArgSpec spec) {
    Iterable<String> offered = spec.completionCandidates();
    List<String> names = new ArrayList<>();
    (offered == null ? spec.typeInfo().getEnumConstantNames() : offered).forEach(names::add);
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  private static Optional<String> didYouMean(String value, ArgSpec spec) {
    return Suggestions.nearest(value.toLowerCase(Locale.ROOT), constants(spec))
        .map("did you mean '%s'?"::formatted);
  }

  private static String label(ArgSpec spec) {
    return spec instanceof CommandLine.Model.OptionSpec option
        ? option.longestName()
        : spec.paramLabel();
  }

  private static String didYouMeanOption(String word, CommandLine line, String help) {
    String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
    List<String> names =
        line.getCommandSpec().options().stream()
            .flatMap(o -> List.of(o.names()).stream())
            .filter(n -> n.startsWith("--"))
            .toList();
    return Suggestions.nearest(name, names)
        .map(near -> "did you mean '%s'?".formatted(near))
        .orElse(help);
  }

  /// The error for a word that is no command under `line`.
  static UsageException unknownCommand(String word, CommandLine line, Context context) {
    String qualified = line.getCommandSpec().qualifiedName();
    String list = line.getSubcommands().keySet().stream().collect(Collectors.joining(", "));
    String hint =
        Suggestions.nearest(word.toLowerCase(Locale.ROOT), line.getSubcommands().keySet())
            .map(near -> "did you mean '%s %s'?".formatted(qualified, near))
            .orElse(
                list.isEmpty()
                    ? "'%s' has no commands".formatted(qualified)
                    : "known here: " + list);
    return new UsageException("unknown command: %s %s".formatted(qualified, word), hint);
  }

  private static String lowerFirst(String text) {
    boolean word = text.length() > 1 && Character.isLowerCase(text.charAt(1));
    return word ? Character.toLowerCase(text.charAt(0)) + text.substring(1) : text;
  }
}
