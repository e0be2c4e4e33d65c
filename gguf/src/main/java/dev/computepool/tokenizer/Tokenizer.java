package dev.computepool.tokenizer;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Turns text into the tokens of one model, and back. Neither cuts nor pads. Safe for use by
/// several threads.
///
/// @see <a href="https://github.com/huggingface/tokenizers">Hugging Face tokenizers</a>
public final class Tokenizer implements Closeable {
  private static final String FILE = "tokenizer.json";
  // The largest that are published have 33 MiB.
  private static final long MAX_FILE = 512L << 20;

  private final TokenizersLibrary library;
  private final long handle;
  // A call that is under way needs the tokenizer: closing waits for it.
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean open = true;

  private Tokenizer(TokenizersLibrary library, long handle) {
    this.library = library;
    this.handle = handle;
  }

  /// Opens the tokenizer of a model.
  ///
  /// @param place a `tokenizer.json`, or the folder that has one
  /// @throws NoSuchFileException if there is none
  /// @throws FormatException if it is not one that the library understands
  /// @throws TokenizerLibraryException if the library is not there or cannot be loaded
  public static Tokenizer open(Path place) throws IOException {
    Path file = Files.isDirectory(place) ? place.resolve(FILE) : place;
    if (Files.size(file) > MAX_FILE) {
      throw new FormatException(file.toString(), new Problem("", "too large for a tokenizer"));
    }
    String json;
    try {
      json = Files.readString(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw new FormatException(file.toString(), new Problem("", "is not UTF-8 text"));
    }
    TokenizersLibrary library = TokenizerFiles.load();
    long handle;
    try {
      handle = library.createTokenizerFromString(json);
    } catch (RuntimeException e) { // the library throws no other
      throw new FormatException(
          file.toString(), new Problem("", "is no tokenizer: " + e.getMessage()));
    }
    library.disableTruncation(handle);
    library.disablePadding(handle);
    return new Tokenizer(library, handle);
  }

  /// How many tokens a text has, without those that begin and end every text of the model.
  public int count(String text) {
    return encode(text).length;
  }

  /// The tokens of a text, without those that begin and end every text of the model. Special
  /// tokens in the text, such as `<|im_end|>`, are what they say.
  public int[] encode(String text) {
    return encode(text, false);
  }

  /// The tokens of a text.
  ///
  /// @param wrapped whether to put those around it that begin and end every text of the model
  public int[] encode(String text, boolean wrapped) {
    return use(
        tokenizer -> {
          long encoding = library.encode(tokenizer, text, wrapped);
          try {
            return toInts(library.getTokenIds(encoding));
          } finally {
            library.deleteEncoding(encoding);
          }
        });
  }

  /// The tokens of a text and where each is in it, without those that begin and end every text of
  /// the model.
  public Encoding locate(String text) {
    return use(
        tokenizer -> {
          long encoding = library.encode(tokenizer, text, false);
          try {
            return located(
                text, toInts(library.getTokenIds(encoding)), library.getTokenCharSpans(encoding));
          } finally {
            library.deleteEncoding(encoding);
          }
        });
  }

  /// The library counts code points, Java counts UTF-16 units.
  private static Encoding located(String text, int[] tokens, CharSpan[] spans) {
    boolean narrow = text.codePoints().allMatch(Character::isBmpCodePoint);
    int[] units = narrow ? new int[0] : units(text);
    int[] starts = new int[tokens.length];
    int[] ends = new int[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      @Nullable CharSpan span = spans[i];
      // A half of a surrogate pair is several characters to the library.
      starts[i] = span == null ? -1 : narrow ? span.getStart() : unit(units, span.getStart());
      ends[i] = span == null ? -1 : narrow ? span.getEnd() : unit(units, span.getEnd());
    }
    return new Encoding(tokens, starts, ends);
  }

  private static int unit(int[] units, int codePoint) {
    return units[Math.min(codePoint, units.length - 1)];
  }

  /// Where each code point of a text begins, and where the last ends.
  private static int[] units(String text) {
    int[] units = new int[text.codePointCount(0, text.length()) + 1];
    for (int i = 0, at = 0; i < units.length; i++) {
      units[i] = at;
      at += at < text.length() ? Character.charCount(text.codePointAt(at)) : 0;
    }
    return units;
  }

  /// The text of tokens, special ones included.
  public String decode(int[] tokens) {
    long[] ids = new long[tokens.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = tokens[i];
    }
    return use(tokenizer -> library.decode(tokenizer, ids, false));
  }

  private <T> T use(LongFunction<T> call) {
    lock.readLock().lock();
    try {
      if (!open) {
        throw new IllegalStateException("the tokenizer is closed");
      }
      return call.apply(handle);
    } finally {
      lock.readLock().unlock();
    }
  }

  private static int[] toInts(long[] ids) {
    int[] tokens = new int[ids.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = Math.toIntExact(ids[i]);
    }
    return tokens;
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (open) {
        open = false;
        library.deleteTokenizer(handle);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
