package dev.computepool.publish.hub;

import java.util.List;

/// What a download did.
///
/// @param fetched files that were brought, each verified
/// @param bytesFetched what came over the network of them
public record DownloadReport(
    DownloadPlan plan, List<DownloadPlan.Item> fetched, long bytesFetched) {
  public DownloadReport {
    fetched = List.copyOf(fetched);
  }
}
