package dev.computepool.crawl.dataset;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Where an example comes from, as its line says it in `meta`.
final class Provenance {
  private Provenance() {}

  static SequencedMap<String, String> fields(Chunk chunk, String query) {
    Document document = chunk.document();
    ObjectNode meta = JsonNodeFactory.instance.objectNode();
    meta.put("source_url", document.source().toString());
    meta.put("source_title", document.title());
    if (!query.isEmpty()) {
      meta.put("query", query);
    }
    meta.put("paragraph_index", chunk.index());
    chunk.headings().forEach(meta.putArray("heading_path")::add);
    if (document.language() != null) {
      meta.put("language", document.language());
    }
    if (document.licence() != null) {
      meta.put("licence", document.licence());
    }
    meta.put("fetched_at", document.fetchedAt().truncatedTo(ChronoUnit.SECONDS).toString());
    meta.put("sha256", document.sha256().hex());
    SequencedMap<String, String> fields = new LinkedHashMap<>();
    fields.put("meta", meta.toString());
    return fields;
  }
}
