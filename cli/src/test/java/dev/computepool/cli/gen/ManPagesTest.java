package dev.computepool.cli.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.cli.Tool;
import dev.computepool.cli.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPagesTest {
  private final SortedMap<String, String> pages = ManPages.of(Sample.tree());

  private String page(String name) {
    String page = pages.get(name);
    if (page == null) {
      throw new AssertionError("no page " + name + " in " + pages.keySet());
    }
    return page;
  }

  @Test
  void thereIsAPageForEveryCommand() {
    assertEquals(
        List.of(
            "computepool-help.1",
            "computepool-shard-serve.1",
            "computepool-shard-split.1",
            "computepool-shard.1",
            "computepool.1"),
        List.copyOf(pages.keySet()));
  }

  @Test
  void aPageHasTheSectionsThatReadersLookFor() {
    assertEquals(
        List.of(
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "OPTIONS",
            "EXAMPLES",
            "EXIT STATUS",
            "ENVIRONMENT",
            "FILES",
            "SEE ALSO"),
        page("computepool-shard-split.1")
            .lines()
            .filter(l -> l.startsWith(".SH "))
            .map(l -> l.substring(4))
            .toList());
  }

  @Test
  void aPageLooksTheSameAtEveryBuild() {
    assertEquals(
        """
        .TH "COMPUTEPOOL-SHARD-SERVE" "1" "" "ComputePool %s" "ComputePool Manual"
        .nh
        .ad l
        .SH NAME
        computepool\\-shard\\-serve \\- look at many
        .SH SYNOPSIS
        \\fBcomputepool shard serve\\fR [\\fIOPTIONS\\fR] \\fINAME\\fR \\fI[DIR...]\\fR
        .SH DESCRIPTION
        Look at many.
        .SH OPTIONS
        .TP
        \\fINAME\\fR
        What to call them.
        .TP
        \\fIDIR...\\fR
        Where they are.
        """
            .formatted(Version.CURRENT),
        page("computepool-shard-serve.1").split("\\.SS ", 2)[0]);
  }

  @Test
  void optionsStandUnderTheirHeadings() {
    String page = page("computepool-shard-split.1");
    assertTrue(
        page.contains(
            """
            .SS What computes
            .TP
            \\fB\\-\\-link\\fR, \\fB\\-\\-no\\-link\\fR
            Link it, do not copy.
            .SS Options of every command
            """),
        page);
  }

  @Test
  void aSettingWithoutADefaultHasNone() {
    String page = page("computepool.1");
    assertTrue(page.contains("its file or its folder.\n.TP\n"), page);
    assertTrue(page.contains("Default: 512MiB.\n"), page);
  }

  @Test
  void theSynopsisHasWhatIsRequired() {
    assertTrue(
        page("computepool-shard-split.1")
            .contains(
                "\\fBcomputepool shard split\\fR \\fB\\-\\-id\\fR=\\fIID\\fR"
                    + " [\\fIOPTIONS\\fR] \\fIMODEL.gguf\\fR\n"),
        page("computepool-shard-split.1"));
  }

  @Test
  void noLineOfTextBecomesARequest() {
    String page = new Roff("T", "V", "M").line(".so /etc/passwd").line("'quoted'").toString();
    assertTrue(page.endsWith("\\&.so /etc/passwd\n\\&'quoted'\n"), page);
    assertEquals("\\e\\-\\(aq\\(ga...\\[u00E9]", Roff.escaped("\\-'`…é"));
  }

  @Test
  void theFormatterHasNothingToComplainAbout(@TempDir Path folder) throws Exception {
    Tool.require("groff");
    SortedMap<String, String> all = ManPages.of(CommandTree.ofProgram());
    all.putAll(pages);
    for (Map.Entry<String, String> page : all.entrySet()) {
      Path file = Files.writeString(folder.resolve(page.getKey()), page.getValue());
      Tool.Result result =
          Tool.run(folder, List.of("groff", "-man", "-ww", "-Tascii", file.toString()));
      assertEquals("", result.stderr(), page.getKey());
    }
  }

  @Test
  void aReaderSeesWhatWasMeant(@TempDir Path folder) throws Exception {
    Tool.require("groff");
    Path file = Files.writeString(folder.resolve("page.1"), page("computepool-shard-split.1"));
    // Colours off, and no overstriking for bold.
    List<String> command = List.of("groff", "-man", "-Tascii", "-P-cbou", file.toString());
    String text = Tool.run(folder, command).stdout();
    String body =
        text.lines()
            .filter(line -> !line.isBlank())
            .skip(1)
            .takeWhile(line -> !line.contains("--messages"))
            .collect(Collectors.joining("\n", "", "\n"));
    assertEquals(
        """
        NAME
               computepool-shard-split - cut a [model] in two: it's \\quick\\
        SYNOPSIS
               computepool shard split --id=ID [OPTIONS] MODEL.gguf
        DESCRIPTION
               Cut a [model] in two: it's \\quick\\.  More is said here.
        OPTIONS
               MODEL.gguf
                      The model to cut.
               -o, --output=DIR
                      Where to write.
               --kind=KIND
                      What to write.
        """,
        body);
    assertTrue(
        text.contains("cp shard split Model.gguf -o shards\n             --size 50% # half\n"),
        text);
    assertTrue(
        text.contains("       3      verification failed: corrupt or tampered data\n"), text);
  }
}
