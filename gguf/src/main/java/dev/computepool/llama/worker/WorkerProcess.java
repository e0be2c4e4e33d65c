package dev.computepool.llama.worker;

import dev.computepool.llama.LlamaFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A process in which a worker will be. It can be started before it is known for which library, for
/// its virtual machine takes longer to start than anything else here.
///
/// It ends by itself when the process that started it does.
public final class WorkerProcess {
  private static final Pattern SECRET =
      Pattern.compile("(?i).*(TOKEN|SECRET|PASSWORD|CREDENTIAL|_KEY|_AUTH|PROXY).*");
  private static final List<String> JAVA_OPTIONS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "-Xlog:disable", // a start-up cache that does not fit is no concern of the user
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          // What Java does here is over before it pays to compile it, or to make ways to call what
          // is called by reflection: the work is done by the library.
          "-XX:TieredStopAtLevel=1",
          "-XX:CompileThresholdScaling=5",
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:-AOTReplayTraining",
          "-Djdk.reflect.useNativeAccessorOnly=true",
          "-XX:-CreateCoredumpOnCrash",
          "-XX:ErrorFile=/dev/null",
          "-XX:+DisableAttachMechanism", // which -Xrs would start at once
          "-XX:+DisplayVMOutputToStderr",
          "-Xrs"); // Ctrl-C reaches the whole group: this process is to end at once

  private final Process process;

  private WorkerProcess(Process process) {
    this.process = process;
  }

  /// Starts one.
  ///
  /// @param javaOptions for its virtual machine, besides those it always gets
  public static WorkerProcess start(String... javaOptions) throws IOException {
    return start(LlamaFiles.codeLocation(), List.of(javaOptions));
  }

  /// Starts one that knows the tasks on a class path.
  static WorkerProcess start(Path classPath, List<String> javaOptions) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JAVA_OPTIONS);
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", classPath.toString(), WorkerMain.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command);
    // Native code, and what it leaves when it crashes, has no use for the user's secrets.
    builder.environment().keySet().removeIf(name -> SECRET.matcher(name).matches());
    // An assertion that fails would start a debugger to print where.
    builder.environment().put("GGML_NO_BACKTRACE", "1");
    return new WorkerProcess(builder.start());
  }

  Process process() {
    return process;
  }
}
