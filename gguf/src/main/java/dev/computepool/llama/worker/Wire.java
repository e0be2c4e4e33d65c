package dev.computepool.llama.worker;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.Serializable;
import java.util.Base64;
import java.util.Optional;

/// Objects as lines of text, recognisable among lines that a native library may print.
final class Wire {
  private static final String MARK = "\u0002computepool ";

  private Wire() {}

  /// One line with its end.
  static String line(Serializable object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      ValueCodec.write(out, object);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot be sent: " + object.getClass(), e);
    }
    return MARK + Base64.getEncoder().encodeToString(bytes.toByteArray()) + "\n";
  }

  /// What a line holds; empty if it is none of ours.
  ///
  /// @throws IOException if it begins as one of ours and is not
  static Optional<Object> object(String line) throws IOException {
    int mark = line.indexOf(MARK);
    if (mark < 0) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(line.substring(mark + MARK.length()));
      Object object = ValueCodec.read(new DataInputStream(new ByteArrayInputStream(bytes)));
      return Optional.ofNullable(object);
    } catch (IllegalArgumentException e) {
      InvalidObjectException invalid = new InvalidObjectException("not a message: " + e);
      invalid.initCause(e);
      throw invalid;
    }
  }
}
