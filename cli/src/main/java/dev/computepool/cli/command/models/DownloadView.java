package dev.computepool.cli.command.models;

import dev.computepool.base.ByteSize;
import dev.computepool.cli.output.Counts;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.publish.hub.DownloadPlan;
import dev.computepool.publish.hub.DownloadReport;
import dev.computepool.publish.hub.TreeEntry;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Files of a repository, and what became or would become of each.
///
/// @param commit that all files are of
/// @param path the folder
/// @param bytes of all files
/// @param fetchBytes what came over the network, or would
record DownloadView(
    String repo,
    String revision,
    String commit,
    String path,
    List<Row> files,
    long bytes,
    long fetchBytes)
    implements Report {
  /// One file.
  ///
  /// @param sha256 of a large file
  /// @param gitOid of a small one
  /// @param state `fetched`, `here`, `missing`, `partial` or `other`
  record Row(
      String path, long bytes, @Nullable String sha256, @Nullable String gitOid, String state) {}

  static DownloadView of(DownloadPlan plan) {
    return of(plan, Set.of(), plan.bytesToFetch());
  }

  static DownloadView of(DownloadReport report) {
    Set<String> fetched =
        report.fetched().stream().map(i -> i.entry().path()).collect(Collectors.toSet());
    return of(report.plan(), fetched, report.bytesFetched());
  }

  private static DownloadView of(DownloadPlan plan, Set<String> fetched, long bytes) {
    return new DownloadView(
        plan.snapshot().id().toString(),
        plan.request().revision(),
        plan.snapshot().commit(),
        plan.request().directory().toString(),
        plan.items().stream().map(i -> row(i, fetched.contains(i.entry().path()))).toList(),
        plan.totalBytes(),
        bytes);
  }

  private static Row row(DownloadPlan.Item item, boolean fetched) {
    TreeEntry entry = item.entry();
    String state =
        fetched
            ? "fetched"
            : switch (item.state()) {
              case HERE -> "here";
              case MISSING -> item.resumed() > 0 ? "partial" : "missing";
              case OTHER -> "other";
            };
    return new Row(
        entry.path(),
        entry.size(),
        entry.sha256() == null ? null : entry.sha256().hex(),
        entry.sha256() == null ? entry.gitOid() : null,
        state);
  }

  private boolean isDone() {
    return files.stream().allMatch(f -> f.state().equals("fetched") || f.state().equals("here"));
  }

  @Override
  public void print(Text out) {
    out.line("%s at %s".formatted(repo, commit));
    Table table = new Table().left("file").right("size").left("").left("hash");
    files.forEach(
        f ->
            table.row(
                f.path(),
                ByteSize.format(f.bytes()),
                f.state(),
                f.sha256() == null ? "git " + f.gitOid() : "sha256 " + f.sha256()));
    out.table(table);
    out.line(
        "%s in %s, %s %s"
            .formatted(
                ByteSize.format(bytes),
                Counts.of(files.size(), "file"),
                ByteSize.format(fetchBytes),
                isDone() ? "fetched" : "to fetch"));
  }
}
