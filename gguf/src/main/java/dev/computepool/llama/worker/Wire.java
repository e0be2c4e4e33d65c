package dev.computepool.llama.worker;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Base64;
import java.util.Optional;

/// Objects as lines of text, recognisable among lines that a native library may print.
final class Wire {
  private static final String MARK = "\u0002computepool ";

  /// Both ends are of the same program; nothing else is taken from the other.
  private static final ObjectInputFilter OURS =
      ObjectInputFilter.Config.createFilter(
          "dev.computepool.**;java.lang.*;java.util.*;java.io.*;java.nio.file.*;java.time.*;!*");

  private Wire() {}

  /// One line with its end.
  static String line(Serializable object) {
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
      out.flush();
      return MARK + Base64.getEncoder().encodeToString(bytes.toByteArray()) + "\n";
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot be sent: " + object.getClass(), e);
    }
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
      try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
        in.setObjectInputFilter(OURS);
        return Optional.of(in.readObject());
      }
    } catch (ClassNotFoundException | IllegalArgumentException e) {
      InvalidObjectException invalid = new InvalidObjectException("not a message: " + e);
      invalid.initCause(e);
      throw invalid;
    }
  }
}
