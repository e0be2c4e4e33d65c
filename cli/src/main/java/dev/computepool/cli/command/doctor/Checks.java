package dev.computepool.cli.command.doctor;

import dev.computepool.cli.Context;
import dev.computepool.cli.LlamaStatus;
import dev.computepool.cli.command.doctor.DoctorCommand.Check;
import dev.computepool.cli.command.doctor.DoctorCommand.State;
import dev.computepool.cli.config.ConfigKey;
import dev.computepool.llama.BundledLibrary;
import dev.computepool.llama.LlamaInfo;
import dev.computepool.train.torch.TorchFiles;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `cp doctor` looks at.
final class Checks {
  private static final int JAVA = 25;

  private Checks() {}

  /// @param library of llama.cpp, or null for that of the settings
  static List<Check> all(Context context, @Nullable Path library) throws IOException {
    List<Check> checks = new ArrayList<>(List.of(java(), vector()));
    checks.addAll(llama(context, library));
    checks.add(torch());
    return checks;
  }

  /// Looked for, not loaded: that takes half a second.
  private static Check torch() {
    String name = "training";
    return TorchFiles.arePresent()
        ? new Check(name, State.OK, "PyTorch's library in " + TorchFiles.folder(), null)
        : new Check(
            name,
            State.LIMITED,
            "no PyTorch library in " + TorchFiles.folder(),
            "'train run', 'bench train' and 'bench gpu' do not work without it: in a clone 'mvn -B"
                + " -ntp -DskipTests package' brings it, and the archive with -with-torch in its"
                + " name has it");
  }

  private static Check java() {
    int feature = Runtime.version().feature();
    String found = "Java " + System.getProperty("java.runtime.version", String.valueOf(feature));
    return feature >= JAVA
        ? new Check("java", State.OK, found, null)
        : new Check("java", State.BROKEN, found, "JDK " + JAVA + " or later is needed");
  }

  private static Check vector() {
    String module = "jdk.incubator.vector";
    return ModuleFinder.ofSystem().find(module).isPresent()
        ? new Check("vector module", State.OK, "in this JDK", null)
        : new Check(
            "vector module",
            State.LIMITED,
            "not in this JDK",
            "hashing goes without SIMD; a full JDK has the module " + module);
  }

  private static List<Check> llama(Context context, @Nullable Path library) throws IOException {
    boolean ours =
        library == null && context.config().setting(ConfigKey.LLAMA_LIB).value().isEmpty();
    List<Path> damaged = ours ? BundledLibrary.damaged() : List.of();
    if (!damaged.isEmpty()) {
      return List.of(
          new Check(
              "llama.cpp",
              State.BROKEN,
              damaged.getFirst() + " is not the file that was installed",
              "build or install this program again"));
    }
    return switch (LlamaStatus.probe(context, library)) {
      case LlamaStatus.Working(LlamaInfo info) -> List.of(library(info), devices(info));
      case LlamaStatus.Unusable(String why, List<String> details) ->
          List.of(
              new Check(
                  "llama.cpp",
                  ours ? State.LIMITED : State.BROKEN,
                  why + (details.isEmpty() ? "" : "; " + details.getLast()),
                  ours
                      ? "quantizing and running models do not work without it: build again where"
                          + " npm is, or set llama.lib to a library of your own"
                      : "--llama-lib, llama.lib or COMPUTEPOOL_LLAMA_LIB names a library that"
                          + " cannot be used; build llama.cpp with -DBUILD_SHARED_LIBS=ON, or name"
                          + " none"));
    };
  }

  private static Check library(LlamaInfo info) {
    String found = "%s (%s) from %s".formatted(info.version(), info.commit(), info.library());
    return info.layout().isEmpty()
        ? new Check(
            "llama.cpp",
            State.LIMITED,
            found,
            "this build is not known: importance matrices, single tensors' types and GPU layers"
                + " are refused with it")
        : new Check("llama.cpp", State.OK, found, null);
  }

  private static Check devices(LlamaInfo info) {
    String found =
        String.join(
            "; ", info.devices().stream().map(d -> d.name() + ": " + d.description()).toList());
    return new Check("computes on", State.OK, found, null);
  }
}
