package dev.computepool.crawl.dataset;

import dev.computepool.crawl.dataset.Block.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Parts a document along its headings, then along its paragraphs. A section that is too short
/// stays with the next one, code and tables stay with the line that announces them.
final class Chunker {
  private final int minChars;
  private final Limit limit;
  private final Overlong overlong;

  Chunker(Chunking options, Limit limit) {
    this.minChars = options.minChars();
    this.limit = limit;
    this.overlong = new Overlong(limit, options.overflow());
  }

  /// The pieces of a document, those that are too short included.
  List<Chunk> chunk(Document document) {
    Work work = new Work();
    for (Block block : MarkdownBlocks.of(document.markdown())) {
      if (block.kind() == Kind.HEADING) {
        work.heading(block);
      } else {
        work.content(block);
      }
    }
    work.end();
    List<Chunk> chunks = new ArrayList<>();
    for (Draft draft : work.done) {
      chunks.add(new Chunk(document, chunks.size(), draft.path(), draft.text));
    }
    return chunks;
  }

  /// A piece that is being put together.
  private static final class Draft {
    private final List<Block> blocks = new ArrayList<>();
    private final List<List<String>> paths = new ArrayList<>();
    private String text = "";

    void add(Block block, List<String> path) {
      text = joined(block.text());
      blocks.add(block);
      paths.add(path);
    }

    String joined(String more) {
      return text.isEmpty() ? more : text + "\n\n" + more;
    }

    boolean hasContent() {
      return blocks.stream().anyMatch(b -> b.kind() != Kind.HEADING);
    }

    /// The headings that all of its content stands under.
    List<String> path() {
      List<String> common = null;
      for (int i = 0; i < blocks.size(); i++) {
        if (blocks.get(i).kind() != Kind.HEADING) {
          common = common == null ? paths.get(i) : prefix(common, paths.get(i));
        }
      }
      return common == null ? List.of() : common;
    }

    private static List<String> prefix(List<String> a, List<String> b) {
      int length = 0;
      while (length < Math.min(a.size(), b.size()) && a.get(length).equals(b.get(length))) {
        length++;
      }
      return a.subList(0, length);
    }

    /// Takes away and returns the last blocks as far as they are `loose`.
    Draft takeLast(Predicate<Block> loose) {
      Draft tail = new Draft();
      int keep = blocks.size();
      while (keep > 0 && loose.test(blocks.get(keep - 1))) {
        keep--;
      }
      for (int i = keep; i < blocks.size(); i++) {
        tail.add(blocks.get(i), paths.get(i));
      }
      List<Block> kept = List.copyOf(blocks.subList(0, keep));
      List<List<String>> keptPaths = List.copyOf(paths.subList(0, keep));
      blocks.clear();
      paths.clear();
      text = "";
      for (int i = 0; i < keep; i++) {
        add(kept.get(i), keptPaths.get(i));
      }
      return tail;
    }
  }

  private final class Work {
    private final List<Draft> done = new ArrayList<>();
    private final List<Block> headings = new ArrayList<>();
    private Draft draft = new Draft();

    void heading(Block heading) {
      while (!headings.isEmpty() && headings.getLast().level() >= heading.level()) {
        headings.removeLast();
      }
      headings.add(heading);
      if (draft.hasContent() && Limit.chars(draft.text) >= minChars) {
        next(b -> b.kind() == Kind.HEADING);
      }
      if (!limit.holds(draft.joined(heading.text()))) {
        flush();
      }
      if (limit.holds(heading.text())) {
        draft.add(heading, path());
      }
    }

    void content(Block block) {
      if (limit.holds(draft.joined(block.text()))) {
        draft.add(block, path());
        return;
      }
      next(b -> b.kind() == Kind.HEADING || b.leadsIn());
      if (limit.holds(draft.joined(block.text()))) {
        draft.add(block, path());
        return;
      }
      if (limit.holds(block.text())) {
        flush();
        draft.add(block, path());
        return;
      }
      for (String part : overlong.part(block)) {
        if (!limit.holds(draft.joined(part))) {
          flush();
        }
        draft.add(new Block(block.kind(), 0, part), path());
      }
    }

    private List<String> path() {
      return headings.stream().map(Block::title).filter(t -> !t.isEmpty()).toList();
    }

    /// Begins anew; headings without content are not kept.
    private void flush() {
      if (draft.hasContent()) {
        done.add(draft);
      }
      draft = new Draft();
    }

    /// Begins anew with the last blocks as far as they belong to what follows.
    private void next(Predicate<Block> loose) {
      Draft tail = draft.takeLast(loose);
      flush();
      draft = tail;
    }

    /// A last piece that is too short goes to the one before it.
    void end() {
      if (draft.hasContent() && Limit.chars(draft.text) < minChars && !done.isEmpty()) {
        Draft last = done.getLast();
        if (limit.holds(last.joined(draft.text))) {
          for (int i = 0; i < draft.blocks.size(); i++) {
            last.add(draft.blocks.get(i), draft.paths.get(i));
          }
          return;
        }
      }
      flush();
    }
  }
}
