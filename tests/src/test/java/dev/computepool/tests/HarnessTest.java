package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A test can only be believed if what it is made of works.
final class HarnessTest {
  @TempDir Path folder;

  private Cli shell() {
    return Cli.shell(folder);
  }

  @Test
  void keepsStreamsAndExitCodeApart() {
    assertEquals(
        new Result(7, "out\nput", "error"),
        shell().run("echo out; printf error >&2; printf put; exit 7"));
  }

  @Test
  void givesNoEnvironmentButItsOwn() {
    assertEquals(
        Result.done("HOME LANG OLDPWD= PATH X=a b"),
        shell()
            .env("X", "a b")
            .run(
                "printf '%s ' ${HOME:+HOME} ${LANG:+LANG} \"OLDPWD=$OLDPWD\" ${PATH:+PATH}; "
                    + "printf 'X=%s' \"$X\"; [ -z \"${USER-}\" ] && [ -d \"$HOME\" ]"));
  }

  @Test
  void feedsStandardInputOrNothing() {
    assertEquals(Result.done("héllo"), shell().stdin("héllo").run("cat"));
    assertEquals(Result.done(""), shell().run("cat"));
  }

  @Test
  void killsWhatTakesTooLong() {
    long pid;
    try (Running running =
        shell().timeout(Duration.ofMillis(300)).start("echo begun; exec sleep 1000")) {
      pid = running.pid();
      while (running.stdout().isEmpty()) {
        Running.pause(Duration.ofMillis(10));
      }
      AssertionError failure = assertThrows(AssertionError.class, running::await);
      assertEquals(
          """
          /bin/sh -c echo begun; exec sleep 1000 had not ended after PT0.3S
          stdout: begun

          stderr: \
          """,
          failure.getMessage());
    }
    Running.awaitEnd(ProcessHandle.of(pid).stream().toList());
  }

  @Test
  void sendsSignals() {
    try (Running running =
        shell().start("trap 'echo caught; exit 9' INT; echo on; while :; do sleep 0.05; done")) {
      running.awaitStdout("on");
      running.signal("INT");
      assertEquals(new Result(9, "on\ncaught\n", ""), running.await());
    }
    try (Running running = shell().start("echo on; exec sleep 100")) {
      running.awaitStdout("on");
      assertEquals(new Result(137, "on\n", ""), running.kill());
    }
  }

  @Test
  void noticesThatSomethingAwaitedNeverComes() {
    try (Running running = shell().start("echo other")) {
      assertThrows(AssertionError.class, () -> running.awaitStdout("on"));
    }
  }

  @Test
  void runsOnATerminal() {
    Result result =
        shell()
            .runOnTerminal(
                "[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && stty size; echo \"it's\" >&2; exit 3");
    assertEquals(new Result(3, "40 100\r\nit's\r\n", ""), result);
    try (Running running =
        shell().startOnTerminal("trap 'echo caught; exit 4' INT; echo on; sleep 100")) {
      running.awaitStdout("on");
      running.type("\u0003");
      assertEquals(4, running.await().exitCode());
    }
  }

  @Test
  void mountsASmallDisk() {
    try (Mounts _ = Mounts.small(folder, 1 << 20)) {
      Result result = shell().run("head -c 2000000 /dev/zero >big");
      assertTrue(result.stderr().contains("No space left on device"), result.stderr());
      assertEquals(1 << 20, folder.resolve("big").toFile().length());
    }
    assertFalse(Files.exists(folder.resolve("big")));
  }

  @Test
  void makesAFolderReadOnly() throws IOException {
    Files.writeString(folder.resolve("kept"), "text");
    try (Mounts _ = Mounts.readOnly(folder)) {
      assertEquals("text", Files.readString(folder.resolve("kept")));
      Result result = shell().run("echo x >new");
      assertTrue(result.stderr().contains("Read-only file system"), result.stderr());
    }
    assertEquals(Result.done(""), shell().run("echo x >new"));
  }

  @Test
  void endsWithoutReadingWhatItIsGiven() {
    assertEquals(Result.done(""), shell().stdin("x".repeat(1 << 20)).run("exit 0"));
  }

  @Test
  void signalsDoNothingToWhatHasEnded() {
    try (Running running = shell().start("exit 3")) {
      running.await();
      running.signal("INT");
      assertEquals(3, running.await().exitCode());
    }
  }

  @Test
  void makesACallAgainThatWasTooFast() {
    AtomicInteger calls = new AtomicInteger();
    Result result =
        Moments.meet(
            () -> {
              String end = calls.incrementAndGet() < 3 ? "exit 0" : "exec sleep 100";
              return shell().start("touch begun%d; %s".formatted(calls.get(), end));
            },
            () -> Files.exists(folder.resolve("begun3")),
            running -> running.signal("TERM"),
            end -> end.exitCode() == 0);
    assertEquals(143, result.exitCode());
    assertEquals(3, calls.get());
  }

  @Test
  void killsAtMomentsAllOverTheLifeOfACall() {
    List<Double> shares = new ArrayList<>();
    int ended =
        Kills.spread(
            4, () -> shell().start("sleep 0.5; echo x >>ends"), share -> shares.add(share));
    assertEquals(List.of(0.2, 0.4, 0.6, 0.8), shares);
    long lines = shell().run("cat ends").stdout().lines().count();
    // A kill may come after the line was written.
    assertTrue(lines > ended && lines <= 5, lines + " lines, and " + ended + " ended");
  }
}
