package dev.computepool.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A second process of ours, for what only two processes can get wrong.
final class OtherProcess {
  /// Bytes of one version of the file: more than one write.
  static final int VERSION = 1 << 16;

  private OtherProcess() {}

  /// Starts one with the class path of this one.
  static Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.add(OtherProcess.class.getName());
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  public static void main(String[] args) throws IOException {
    Path target = Path.of(args[1]);
    switch (args[0]) {
      case "hold" -> hold(target);
      case "replace" -> replace(target, args[2], Integer.parseInt(args[3]));
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /// Begins a file and waits to be killed.
  private static void hold(Path target) throws IOException {
    AtomicFile file = AtomicFile.replace(target);
    file.write(ByteBuffer.wrap("half a fi".getBytes(StandardCharsets.UTF_8)));
    System.out.println("holding");
    int end = System.in.read();
    Runtime.getRuntime().halt(end);
  }

  /// Replaces the file with versions that consist of one letter.
  private static void replace(Path target, String letter, int times) throws IOException {
    for (int done = 0; done < times; ) {
      try (AtomicFile file = AtomicFile.replace(target)) {
        for (int part = 0; part < 4; part++) {
          file.write(ByteBuffer.wrap(letter.repeat(VERSION / 4).getBytes(StandardCharsets.UTF_8)));
        }
        file.commit();
        done++;
      } catch (BusyException e) {
        Thread.onSpinWait(); // another one writes it: that is what we want to meet
      }
    }
  }
}
