package dev.computepool.sharding.plan;

import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The file on Hugging Face that a model comes from, within what nodes accept.
///
/// @param repoId such as `bartowski/Llama-3.2-3B-Instruct-GGUF`
/// @param filename of a GGUF at the top of the repository
/// @param mmprojFilename of the vision projector there, if there is one
public record HfSource(String repoId, String filename, @Nullable String mmprojFilename) {
  private static final Pattern REPO_PART = Pattern.compile("[A-Za-z0-9_.-]{1,96}");
  private static final Pattern FILE = Pattern.compile("[\\p{IsAlphabetic}\\p{IsDigit}_.-]+");
  private static final int MAX_FILE = 256;

  public HfSource {
    String[] parts = repoId.split("/", -1);
    if (parts.length != 2
        || !Arrays.stream(parts)
            .allMatch(p -> REPO_PART.matcher(p).matches() && !p.equals(".") && !p.equals(".."))) {
      throw new IllegalArgumentException("'%s' is not a repository as ORG/NAME".formatted(repoId));
    }
    requireFile(filename);
    if (mmprojFilename != null) {
      requireFile(mmprojFilename);
    }
  }

  public HfSource(String repoId, String filename) {
    this(repoId, filename, null);
  }

  private static void requireFile(String name) {
    if (!name.endsWith(".gguf")
        || name.length() > MAX_FILE
        || name.contains("..")
        || !FILE.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a file name that nodes accept: it must end in .gguf, without folders"
              .formatted(name));
    }
  }
}
