package dev.computepool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Cancellation;
import dev.computepool.publish.NoGgufException;
import dev.computepool.publish.Publisher;
import dev.computepool.publish.UnknownStepException;
import dev.computepool.publish.UnnamedBaseException;
import dev.computepool.publish.git.GitException;
import dev.computepool.publish.gotemplate.GoTemplateException;
import dev.computepool.publish.http.ConnectionException;
import dev.computepool.publish.http.TooLargeAnswerException;
import dev.computepool.publish.hub.HubException;
import dev.computepool.publish.hub.OfflineException;
import dev.computepool.publish.modelfile.NoGoTemplateException;
import dev.computepool.publish.modelfile.TemplateDecision.Refusal;
import dev.computepool.publish.modelfile.TemplateDecision.Refused;
import dev.computepool.publish.ollama.FileChangedException;
import dev.computepool.publish.ollama.KeyException;
import dev.computepool.publish.ollama.daemon.DaemonException;
import dev.computepool.publish.ollama.registry.RegistryException;
import dev.computepool.publish.source.BaseMissingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is told of everything that publishing can fail with.
class PublishFailuresTest {
  private static final String LATER = "try again later";
  private static final String SAME = "the same command begins from what is there now";

  @TempDir Path folder;

  /// One failure, and what is told of it.
  private record Row(Throwable failure, int code, @Nullable String hint) {}

  /// Exceptions of libraries are made by their libraries alone.
  private static Throwable make(Class<? extends Throwable> type, @Nullable Object... arguments) {
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (constructor.getParameterCount() == arguments.length) {
        try {
          constructor.setAccessible(true);
          return (Throwable) constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
          throw new LinkageError(type + " is made otherwise", e);
        }
      }
    }
    throw new AssertionError(type + " is made otherwise");
  }

  private static Row registry(RegistryException.Kind kind, int code, @Nullable String hint) {
    return new Row(make(RegistryException.class, kind, 400, "PUT https://r/v2/a/b: x"), code, hint);
  }

  private static Row daemon(DaemonException.Kind kind, int code, String hint) {
    return new Row(make(DaemonException.class, kind, "POST http://h/api/push: x"), code, hint);
  }

  private static Row git(GitException.Kind kind, int code, @Nullable String hint) {
    return new Row(make(GitException.class, kind, "https://g/a.git: x", null), code, hint);
  }

  private static Row hub(
      HubException.Kind kind, @Nullable String page, int code, @Nullable String hint) {
    return new Row(
        make(HubException.class, kind, 400, "commit to a/b", "x", null, "Root=1", page),
        code,
        hint);
  }

  private static List<Row> rows() {
    return List.of(
        registry(
            RegistryException.Kind.NOT_AUTHORISED,
            5,
            "Ollama's registry knows keys: link yours at https://ollama.com/settings/keys; for"
                + " others COMPUTEPOOL_REGISTRY_AUTH=USER:PASSWORD lets us in"),
        registry(
            RegistryException.Kind.NOT_FOUND,
            4,
            "name, tag and registry must be right; a private model is seen by who may see it"),
        registry(
            RegistryException.Kind.TOO_LARGE,
            6,
            "what stands before the registry, such as a proxy, must let requests of 100 MB pass"),
        registry(RegistryException.Kind.REFUSED, 1, null),
        registry(
            RegistryException.Kind.UNAVAILABLE,
            6,
            "try again later; what was sent is not sent again"),
        registry(
            RegistryException.Kind.NO_REGISTRY,
            6,
            "is a registry at this address, such as https://ghcr.io?"),
        registry(RegistryException.Kind.INSECURE, 2, "--insecure allows it"),
        daemon(DaemonException.Kind.NOT_OLLAMA, 6, "OLLAMA_HOST says where Ollama's server is"),
        daemon(
            DaemonException.Kind.NOT_AUTHORISED,
            5,
            "a key of your own, linked to your account, goes without it: --ollama-key"),
        daemon(DaemonException.Kind.FAILED, 6, "the log of Ollama's server tells more"),
        git(GitException.Kind.NOT_AUTHORISED, 5, "the token must be one that may write"),
        git(
            GitException.Kind.NOT_FOUND,
            4,
            "the repository must be there; a private one is seen only with a token that may"),
        git(GitException.Kind.STALE, 1, SAME),
        git(GitException.Kind.REJECTED, 1, null),
        git(GitException.Kind.STORE, 1, null),
        git(GitException.Kind.TROUBLE, 6, LATER),
        hub(
            HubException.Kind.BAD_TOKEN,
            "https://h/settings/tokens",
            5,
            "https://h/settings/tokens makes one; HF_TOKEN or the file of 'hf auth login' has it"),
        hub(
            HubException.Kind.REPO_NOT_FOUND,
            null,
            4,
            "a private one is seen only with the token of who may, in HF_TOKEN"),
        hub(HubException.Kind.REVISION_NOT_FOUND, null, 4, null),
        hub(HubException.Kind.ENTRY_NOT_FOUND, null, 4, null),
        hub(
            HubException.Kind.GATED,
            "https://h/a/b",
            5,
            "ask for access at https://h/a/b, as the owner of the token in HF_TOKEN"),
        hub(
            HubException.Kind.FORBIDDEN,
            "https://h/settings/tokens",
            5,
            "https://h/settings/tokens makes a token that may"),
        hub(HubException.Kind.QUOTA, null, 1, null),
        hub(HubException.Kind.CONFLICT, null, 1, null),
        hub(HubException.Kind.STALE, null, 1, SAME),
        hub(HubException.Kind.REFUSED, null, 1, null),
        hub(HubException.Kind.RATE_LIMITED, null, 6, LATER),
        hub(HubException.Kind.TROUBLE, null, 6, LATER),
        new Row(
            make(ConnectionException.class, "GET https://r/", "the host refuses it", null),
            6,
            "try again later; what has come or gone is kept"),
        new Row(
            make(TooLargeAnswerException.class, "GET https://r/", 1024L),
            6,
            "is this the right address?"),
        new Row(
            new OfflineException("publish"),
            6,
            "without --offline, HF_HUB_OFFLINE and offline: it is asked"),
        new Row(new KeyException(Path.of("id"), "is no OpenSSH private key"), 2, null),
        new Row(
            new FileChangedException(Path.of("m.gguf")),
            1,
            "the same command publishes what is there now"),
        new Row(
            make(NoGgufException.class, Path.of("m")),
            2,
            "--quant TYPE says it: q4_k_m, q8_0, f16 …"),
        new Row(
            make(UnknownStepException.class, "quantise", List.of("merge", "to")),
            2,
            "it has merge, to"),
        new Row(
            make(UnnamedBaseException.class, Path.of("a"), "/home/b"),
            2,
            "--base-model ORG/NAME says what the Hub calls it"),
        new Row(
            make(BaseMissingException.class, Path.of("a"), "org/b"),
            4,
            "'computepool models download org/b -o DIR' fetches it, and --base DIR names its"
                + " folder"),
        new Row(
            make(BaseMissingException.class, Path.of("a"), "/home/b"),
            4,
            "--base DIR names the folder of its model"),
        new Row(
            make(NoGoTemplateException.class, "m", new Refused(Refusal.NONE, "why")),
            1,
            "'computepool publish --template FILE' takes a Go template written by hand; with"
                + " --no-template, Ollama 0.30 and later use the model's own"));
  }

  private String report(Throwable failure, int code) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Context context =
        new Context(
            new CliRunner(folder).environment(new ByteArrayOutputStream(), err),
            new Cancellation(),
            "computepool",
            List.of());
    assertEquals(code, ErrorReporter.report(failure, context).code(), failure::toString);
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void eachHasItsExitCodeAndSaysWhatToDo() {
    for (Row row : rows()) {
      String cause =
          row.failure() instanceof NoGoTemplateException e ? "cause: " + e.why() + "\n" : "";
      String hint = row.hint() == null ? "" : "hint: " + row.hint() + "\n";
      assertEquals(
          "error: " + row.failure().getMessage() + "\n" + cause + hint,
          report(row.failure(), row.code()));
    }
  }

  @Test
  void noKindIsForgotten() {
    Set<Object> told =
        rows().stream()
            .map(Row::failure)
            .map(PublishFailuresTest::kind)
            .collect(Collectors.toSet());
    assertTrue(told.containsAll(EnumSet.allOf(RegistryException.Kind.class)), told::toString);
    assertTrue(told.containsAll(EnumSet.allOf(DaemonException.Kind.class)), told::toString);
    assertTrue(told.containsAll(EnumSet.allOf(GitException.Kind.class)), told::toString);
    assertTrue(told.containsAll(EnumSet.allOf(HubException.Kind.class)), told::toString);
  }

  private static Object kind(Throwable failure) {
    return switch (failure) {
      case RegistryException e -> e.kind();
      case DaemonException e -> e.kind();
      case GitException e -> e.kind();
      case HubException e -> e.kind();
      default -> failure.getClass();
    };
  }

  @Test
  void noExceptionIsForgotten() throws Exception {
    Set<String> told =
        rows().stream().map(row -> row.failure().getClass().getName()).collect(Collectors.toSet());
    told.add(GoTemplateException.class.getName()); // as every other FormatException
    Set<String> all = new TreeSet<>();
    for (String name : classes()) {
      Class<?> type = Class.forName(name, false, Publisher.class.getClassLoader());
      if (Throwable.class.isAssignableFrom(type) && Modifier.isPublic(type.getModifiers())) {
        all.add(name);
      }
    }
    assertTrue(all.contains(RegistryException.class.getName()), all::toString);
    all.removeAll(told);
    assertEquals(Set.of(), all);
  }

  /// Those of the module whose names end so.
  private static List<String> classes() throws IOException, URISyntaxException {
    URI code = Publisher.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Path place = Path.of(code);
    if (Files.isDirectory(place)) {
      return classes(place);
    }
    try (FileSystem jar = FileSystems.newFileSystem(place)) {
      return classes(jar.getPath("/"));
    }
  }

  private static List<String> classes(Path root) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = root.relativize(file).toString();
        if (name.startsWith("dev/computepool/publish/") && name.endsWith("Exception.class")) {
          names.add(name.substring(0, name.length() - ".class".length()).replace('/', '.'));
        }
      }
    }
    return names;
  }
}
