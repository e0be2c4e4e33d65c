import dev.computepool.base.Progress;
import dev.computepool.crawl.dataset.Chunking;
import dev.computepool.crawl.dataset.DatasetOptions;
import dev.computepool.crawl.dataset.DatasetReport;
import dev.computepool.crawl.dataset.DatasetWriter;
import dev.computepool.crawl.dataset.Document;
import dev.computepool.hash.Sha256;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SplittableRandom;

/// How much memory a dataset takes while it is made, and whether that grows with its pieces alone.
///
/// `java -Xmx900m -cp LIBRARIES DatasetHeap.java PIECES OUT.jsonl`: documents of eight pieces of
/// fifty random words each; a line after each quarter, with the heap after a collection.
public final class DatasetHeap {
  private static final int PIECES = 8;

  public static void main(String[] args) throws Exception {
    int documents = Integer.parseInt(args[0]) / PIECES;
    SplittableRandom random = new SplittableRandom(1);
    DatasetOptions options =
        DatasetOptions.DEFAULT.withChunking(
            new Chunking(50, 400, 0, Chunking.Overflow.SPLIT, null));
    try (DatasetWriter writer =
        DatasetWriter.open(Path.of(args[1]), options, true, Progress.NONE)) {
      for (int i = 1; i <= documents; i++) {
        writer.add(document(i, random));
        if (i % (documents / 4) == 0) {
          System.gc();
          Runtime runtime = Runtime.getRuntime();
          long used = runtime.totalMemory() - runtime.freeMemory();
          System.out.printf("%d documents | %d MiB%n", i, used >> 20);
        }
      }
      DatasetReport report = writer.report();
      if (report.train() != (long) documents * PIECES) {
        throw new AssertionError("pieces: " + report.train() + ", " + report.chunksLeftOut());
      }
    }
  }

  private static Document document(int number, SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int piece = 0; piece < PIECES; piece++) {
      text.append("## Part ").append(random.nextInt()).append("\n\n");
      for (int word = 0; word < 50; word++) {
        text.append('w').append(random.nextInt(20000)).append(' ');
      }
      text.append(".\n\n");
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return new Document(
        URI.create("https://docs.example/page/" + number),
        "Page " + number,
        "en",
        null,
        Instant.EPOCH,
        Sha256.hasher().update(bytes, 0, bytes.length).digest(),
        text.toString());
  }
}
