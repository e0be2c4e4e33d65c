package dev.computepool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.cli.term.Terminal;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColorTest {
  private static final Terminal BOTH = new Terminal(true, true, true);
  private static final String[] FAILING = {"config", "get", "nothing"};

  @TempDir Path folder;

  private CliRunner cli() {
    return new CliRunner(folder);
  }

  private static boolean coloured(CliRunner cli, String... args) {
    CliRunner.Result result = cli.run(args);
    String text = result.stderr() + result.stdout();
    return text.contains("\u001b[");
  }

  @Test
  void followsTheTerminal() {
    assertEquals(
        """
        \u001b[1;31merror:\u001b[0m unknown setting: nothing
        \u001b[1mhint:\u001b[0m 'help config' lists them
        """,
        cli().on(BOTH).run(FAILING).stderr());
    assertEquals(false, coloured(cli(), FAILING));
    assertEquals(false, coloured(cli().on(new Terminal(true, true, false)), FAILING));
    assertEquals(false, coloured(cli().on(BOTH).with("TERM", "dumb"), FAILING));
    assertEquals(true, coloured(cli().on(new Terminal(false, true, false)), "config", "list"));
    assertEquals(false, coloured(cli().on(new Terminal(true, false, true)), "config", "list"));
  }

  @Test
  void noColorWinsUnlessItIsEmpty() {
    assertEquals(false, coloured(cli().on(BOTH).with("NO_COLOR", "1"), FAILING));
    assertEquals(
        false, coloured(cli().on(BOTH).with("NO_COLOR", "1").with("CLICOLOR_FORCE", "1"), FAILING));
    assertEquals(true, coloured(cli().on(BOTH).with("NO_COLOR", ""), FAILING));
  }

  @Test
  void clicolorForceColoursAPipe() {
    assertEquals(true, coloured(cli().with("CLICOLOR_FORCE", "1"), FAILING));
    assertEquals(false, coloured(cli().with("CLICOLOR_FORCE", "0"), FAILING));
    assertEquals(true, coloured(cli().with("CLICOLOR_FORCE", "1"), "config", "list"));
  }

  @Test
  void theFlagGoesBeforeTheVariables() {
    assertEquals(true, coloured(cli().with("NO_COLOR", "1"), "config", "list", "--color=always"));
    assertEquals(
        false,
        coloured(cli().on(BOTH).with("CLICOLOR_FORCE", "1"), "config", "list", "--color=never"));
  }

  @Test
  void theSettingGoesBeforeTheVariablesOfOthers() {
    assertEquals(
        true,
        coloured(
            cli().with("NO_COLOR", "1").with("COMPUTEPOOL_COLOR", "always"), "config", "list"));
    assertEquals(
        false, coloured(cli().on(BOTH).with("COMPUTEPOOL_COLOR", "never"), "config", "list"));
  }

  @Test
  void helpAndUsageErrorsAreColouredAlike() {
    assertEquals(false, coloured(cli(), "config", "list", "--help"));
    assertEquals(true, coloured(cli(), "config", "list", "--help", "--color", "always"));
    assertEquals(true, coloured(cli().on(BOTH), "--help"));
    assertEquals(false, coloured(cli().on(BOTH), "config", "list", "-h", "--color=never"));
    assertEquals(true, coloured(cli(), "config", "lst", "--color=always"));
    assertEquals(false, coloured(cli().on(BOTH), "config", "list", "--nothing", "--color=never"));
    assertEquals(false, coloured(cli().on(BOTH).with("COMPUTEPOOL_COLOR", "never"), "confg"));
  }

  @Test
  void jsonIsNeverColoured() {
    assertEquals(false, coloured(cli().on(BOTH), "config", "list", "--json", "--color=always"));
    assertEquals(false, coloured(cli().on(BOTH), "config", "get", "nothing", "--json"));
    assertTrue(cli().on(BOTH).run("config", "list", "--json").stdout().startsWith("{\n"));
  }
}
