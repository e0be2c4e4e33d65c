package dev.computepool.cli.option;

import dev.computepool.cli.output.OutputOptions.ColorMode;
import dev.computepool.cli.output.OutputOptions.ProgressMode;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;

/// What every command understands.
///
/// The options are built here and not found by their annotations: reading these takes a sixth of
/// the time of a short command.
public final class GlobalOptions {
  private boolean json;
  private boolean quiet;
  private boolean[] verbose = {};
  private @Nullable ProgressMode progress;
  private @Nullable ColorMode color;
  private boolean offline;

  /// Makes `spec` understand them.
  public void addTo(CommandSpec spec) {
    options().forEach(spec::addOption);
  }

  /// The long name of each.
  public static Set<String> longestNames() {
    return new GlobalOptions()
        .options().stream().map(OptionSpec::longestName).collect(Collectors.toSet());
  }

  /// All names of all of them.
  public static Set<String> names() {
    return new GlobalOptions()
        .options().stream()
            .flatMap(option -> Stream.of(option.names()))
            .collect(Collectors.toSet());
  }

  /// The option that shows help, which what is no command has too.
  public static OptionSpec help() {
    return OptionSpec.builder("-h", "--help")
        .usageHelp(true)
        .description("Show this help and exit.")
        .build();
  }

  /// The options, in the order in which help shows them.
  private List<OptionSpec> options() {
    return List.of(
        help(),
        flag(v -> json = v, "--json").description("Print the result as one JSON document.").build(),
        flag(v -> quiet = v, "-q", "--quiet")
            .description("Only results, warnings and errors.")
            .build(),
        OptionSpec.builder("-v", "--verbose")
            .type(boolean[].class)
            .arity("0")
            .getter(verbose())
            .setter(setter(boolean[].class, v -> verbose = v))
            .description("More detail; twice for stack traces.")
            .build(),
        OptionSpec.builder("--progress")
            .type(ProgressMode.class)
            .setter(setter(ProgressMode.class, v -> progress = v))
            .paramLabel("WHEN")
            .description("Progress as a bar or lines (auto), plain lines, or none.")
            .build(),
        OptionSpec.builder("--color")
            .type(ColorMode.class)
            .setter(setter(ColorMode.class, v -> color = v))
            .paramLabel("WHEN")
            .description("Colour: auto, always or never.")
            .build(),
        flag(v -> offline = v, "--offline")
            .description("Never use the network; what needs it fails at once.")
            .build());
  }

  // What was given before is what picocli appends the next one to.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as picocli declares it
  private IGetter verbose() {
    return new IGetter() {
      @Override
      public <T> T get() {
        return (T) verbose;
      }
    };
  }

  private static OptionSpec.Builder flag(Consumer<Boolean> field, String... names) {
    return OptionSpec.builder(names).type(boolean.class).setter(setter(Boolean.class, field));
  }

  /// Hands values on; null is what picocli resets an option to before it parses.
  private static <V> ISetter setter(Class<V> type, Consumer<V> field) {
    return new ISetter() {
      @Override
      public <T> @Nullable T set(@Nullable T value) {
        if (value != null) {
          field.accept(type.cast(value));
        }
        return value;
      }
    };
  }

  public boolean json() {
    return json;
  }

  public boolean quiet() {
    return quiet;
  }

  /// How often `-v` was given.
  public int verbosity() {
    return verbose.length;
  }

  public @Nullable ProgressMode progress() {
    return progress;
  }

  public @Nullable ColorMode color() {
    return color;
  }

  public boolean offline() {
    return offline;
  }
}
