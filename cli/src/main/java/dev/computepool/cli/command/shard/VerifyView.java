package dev.computepool.cli.command.shard;

import dev.computepool.base.ByteRange;
import dev.computepool.base.ByteSize;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.cli.term.Characters;
import dev.computepool.cli.term.Style;
import dev.computepool.sharding.store.FileState;
import dev.computepool.sharding.store.VerifyReport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What verification found, for people and for programs.
///
/// @param files every file that is no shard and was looked at
/// @param quarantined new names of what was renamed
/// @param repaired names of what was written anew
/// @param sha256 of the whole model, where it was computed
record VerifyView(
    String path,
    boolean ok,
    List<Shard> shards,
    List<File> files,
    List<String> quarantined,
    List<String> repaired,
    @Nullable String sha256)
    implements Report {
  private static final int MAX_TENSORS = 8;

  /// One shard.
  ///
  /// @param state `ok`, `missing`, `wrong_size`, `corrupt`, `broken`, `unreadable` or `unverified`
  /// @param detail what was expected and what is there; null if all is well
  /// @param damaged where, as far as the hash tree tells
  record Shard(
      int index, String file, String state, @Nullable String detail, List<Damage> damaged) {}

  /// One other file.
  record File(String file, String state, @Nullable String detail) {}

  /// Damaged bytes of a shard and the tensors in them.
  ///
  /// @param range in the shard, half-open
  record Damage(List<Long> range, List<String> tensors) {}

  static VerifyView of(VerifyReport report) {
    return new VerifyView(
        report.path().toString(),
        report.ok(),
        report.shards().stream()
            .map(
                s ->
                    new Shard(
                        s.index(),
                        s.file(),
                        state(s.state()),
                        detail(s.state()),
                        damaged(s.state())))
            .toList(),
        report.files().stream()
            .map(f -> new File(f.file(), state(f.state()), detail(f.state())))
            .toList(),
        report.quarantined().stream().map(q -> q.to().toString()).toList(),
        report.repaired(),
        report.sha256() == null ? null : report.sha256().hex());
  }

  private static String state(FileState state) {
    return switch (state) {
      case FileState.Ok _ -> "ok";
      case FileState.Missing _ -> "missing";
      case FileState.WrongSize _ -> "wrong_size";
      case FileState.Corrupt _ -> "corrupt";
      case FileState.Broken _ -> "broken";
      case FileState.Unreadable _ -> "unreadable";
      case FileState.Unverified _ -> "unverified";
    };
  }

  private static @Nullable String detail(FileState state) {
    return switch (state) {
      case FileState.Ok _ -> null;
      case FileState.Missing(String why) -> why;
      case FileState.WrongSize(long expected, long actual) ->
          "%d bytes, expected %d: an interrupted transfer".formatted(actual, expected);
      case FileState.Corrupt(var expected, var actual, var _) ->
          actual == null
              ? "not what its hash tree says"
              : "blake3 %s, expected %s".formatted(actual.hex(), expected.hex());
      case FileState.Broken(String why) -> why;
      case FileState.Unreadable(String why) -> why;
      case FileState.Unverified(String why) -> why;
    };
  }

  private static List<Damage> damaged(FileState state) {
    if (!(state instanceof FileState.Corrupt corrupt)) {
      return List.of();
    }
    return corrupt.damaged().stream()
        .map(d -> new Damage(List.of(d.range().start(), d.range().end()), d.tensors()))
        .toList();
  }

  /// One phrase for the whole.
  String verdict() {
    long bad =
        shards.stream().filter(s -> !s.state().equals("ok")).count()
            + files.stream().filter(f -> !f.state().equals("ok")).count();
    int all = shards.size() + files.size();
    return bad == 0
        ? "all %d files ok".formatted(all)
        : "%d of %d files not ok".formatted(bad, all);
  }

  @Override
  public void print(Text out) {
    int width = 0;
    for (Shard shard : shards) {
      width = Math.max(width, shard.file().length());
    }
    for (File file : files) {
      width = Math.max(width, file.file().length());
    }
    for (Shard shard : shards) {
      line(out, width, shard.file(), shard.state(), shard.detail());
      for (Damage damage : shard.damaged()) {
        out.line(" ".repeat(12) + damage(damage));
      }
    }
    for (File file : files) {
      if (!file.state().equals("ok")) {
        line(out, width, file.file(), file.state(), file.detail());
      }
    }
    repaired.forEach(name -> out.line("written anew: " + name));
    quarantined.forEach(name -> out.line("renamed to " + name));
    if (sha256 != null) {
      out.line("sha256      " + sha256);
    }
  }

  private static void line(
      Text out, int width, String file, String state, @Nullable String detail) {
    String padded = "%-10s".formatted(state.replace('_', ' '));
    Style style = out.style();
    String colored =
        switch (state) {
          case "ok" -> style.good(padded);
          case "unverified" -> style.doubtful(padded);
          default -> style.bad(padded);
        };
    String name = detail == null ? file : file + " ".repeat(width - file.length());
    out.line(colored + "  " + name + (detail == null ? "" : "  " + Characters.visible(detail)));
  }

  private static String damage(Damage damage) {
    ByteRange range = new ByteRange(damage.range().getFirst(), damage.range().getLast());
    List<String> names = new ArrayList<>(damage.tensors());
    String more = "";
    if (names.size() > MAX_TENSORS) {
      more = " and %d more".formatted(names.size() - MAX_TENSORS);
      names = names.subList(0, MAX_TENSORS);
    }
    return "bytes %d-%d (%s) in %s%s"
        .formatted(
            range.start(),
            range.end(),
            ByteSize.format(range.length()),
            Characters.visible(String.join(", ", names)),
            more);
  }
}
