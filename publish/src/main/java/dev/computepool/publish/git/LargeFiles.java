package dev.computepool.publish.git;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jgit.attributes.Attribute;
import org.eclipse.jgit.attributes.AttributesNode;
import org.eclipse.jgit.attributes.AttributesRule;
import org.eclipse.jgit.diff.RawText;

/// Which files are pointers in git and themselves in the store: those that `.gitattributes` names,
/// and those that hubs refuse in git itself, which are large, or no text. The latter get lines in
/// `.gitattributes`.
final class LargeFiles {
  /// What the Hub takes in git itself, in bytes.
  private static final long MOST_IN_GIT = 10_000_000;

  /// Endings of files that are weights, wherever they are.
  private static final Set<String> WEIGHTS =
      Set.of("gguf", "safetensors", "bin", "pt", "pth", "ckpt", "onnx", "npz", "npy");

  private static final String FILTER = " filter=lfs diff=lfs merge=lfs -text";

  private final List<AttributesRule> rules;
  private final List<String> existing;
  private final List<String> added = new ArrayList<>();

  /// @param attributes the content of `.gitattributes`
  LargeFiles(byte[] attributes) throws IOException {
    AttributesNode node = new AttributesNode();
    node.parse(new ByteArrayInputStream(attributes));
    this.rules = node.getRules();
    this.existing = new String(attributes, StandardCharsets.UTF_8).lines().toList();
  }

  /// Lines that are still to be added.
  List<String> added() {
    return List.copyOf(added);
  }

  /// Whether a file goes to the store.
  boolean isLarge(String path, Path file, long size) throws IOException {
    Boolean named = named(path);
    if (named != null && named) {
      return true;
    }
    String ending = ending(path);
    boolean weights = WEIGHTS.contains(ending);
    if (!weights && size <= MOST_IN_GIT && !isBinary(file)) {
      return false;
    }
    String line = (weights ? "*." + ending : "/" + escaped(path)) + FILTER;
    if (!existing.contains(line) && !added.contains(line)) {
      added.add(line);
    }
    return true;
  }

  /// What the last rule that is about a file says of its filter; null if none says anything.
  private @org.jspecify.annotations.Nullable Boolean named(String path) {
    Boolean large = null;
    for (AttributesRule rule : rules) {
      if (rule.isMatch(path, false)) {
        for (Attribute attribute : rule.getAttributes()) {
          if (attribute.getKey().equals("filter")) {
            large = "lfs".equals(attribute.getValue());
          }
        }
      }
    }
    return large;
  }

  private static String ending(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  private static String escaped(String path) {
    return path.replaceAll("([*?\\[\\]\\\\])", "\\\\$1").replace(" ", "[[:space:]]");
  }

  private static boolean isBinary(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return RawText.isBinary(in.readNBytes(RawText.getBufferSize()));
    }
  }

  /// The content of `.gitattributes` with lines added.
  static byte[] with(byte[] attributes, List<String> lines) {
    String text = new String(attributes, StandardCharsets.UTF_8);
    StringBuilder more = new StringBuilder(text);
    if (!text.isEmpty() && !text.endsWith("\n")) {
      more.append('\n');
    }
    lines.forEach(line -> more.append(line).append('\n'));
    return more.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// What git has in place of a file that the store has.
  ///
  /// @see <a href="https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md">pointers</a>
  static byte[] pointer(String sha256, long size) {
    if (size == 0) {
      return new byte[0];
    }
    return "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"
        .formatted(sha256, size)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
