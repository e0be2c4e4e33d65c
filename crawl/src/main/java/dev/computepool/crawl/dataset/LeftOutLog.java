package dev.computepool.crawl.dataset;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.chat.LineFile;
import dev.computepool.crawl.dataset.DatasetReport.LeftOut;
import dev.computepool.crawl.dataset.SeenPlaces.Match;
import dev.computepool.crawl.dataset.SeenPlaces.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Tells of each document and piece that is not in the dataset why it is not.
final class LeftOutLog {
  private final LineFile file;

  LeftOutLog(LineFile file) {
    this.file = file;
  }

  void write(Origin what, LeftOut why) throws IOException {
    write(line(what, why));
  }

  void write(Origin what, LeftOut why, String where) throws IOException {
    ObjectNode line = line(what, why);
    line.put("of", where);
    write(line);
  }

  void write(Origin what, Match match) throws IOException {
    ObjectNode line = line(what, match.exact() ? LeftOut.DUPLICATE : LeftOut.NEAR_DUPLICATE);
    place(line.putObject("of"), match.of());
    if (!match.exact()) {
      line.put("similarity", Math.round(match.similarity() * 100) / 100.0);
    }
    write(line);
  }

  private static ObjectNode line(Origin what, LeftOut why) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("reason", why.name().toLowerCase(Locale.ROOT));
    place(line, what);
    return line;
  }

  private static void place(ObjectNode line, Origin origin) {
    line.put("source_url", origin.source());
    if (origin.chunk() >= 0) {
      line.put("paragraph_index", origin.chunk());
    }
  }

  private void write(ObjectNode line) throws IOException {
    file.write(line.toString().getBytes(StandardCharsets.UTF_8));
  }
}
