package dev.computepool.publish.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.AtomicFile;
import dev.computepool.hash.Digest;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Unfinished uploads in parts, noted so that another run goes on with them: one file for each
/// object, which only its owner may read, for the addresses in it are signed.
final class PartsJournal {
  private static final int VERSION = 1;

  private final @Nullable Path folder;

  /// @param folder null to note nothing
  PartsJournal(@Nullable Path folder) {
    this.folder = folder;
  }

  /// One upload in parts.
  ///
  /// @param target of which repository at which endpoint: a session belongs to it
  /// @param chunk bytes of each part but the last
  /// @param complete where the list of parts goes
  /// @param parts where each part goes, the first at index 0
  /// @param done the tags of parts that were stored, by index
  record Session(
      String target,
      Digest oid,
      long size,
      long chunk,
      String complete,
      List<String> parts,
      Map<Integer, String> done) {
    Session {
      parts = List.copyOf(parts);
    }

    long offset(int part) {
      return part * chunk;
    }

    long length(int part) {
      return Math.min(chunk, size - offset(part));
    }

    /// Bytes that were stored already.
    long doneBytes() {
      return done.keySet().stream().mapToLong(this::length).sum();
    }
  }

  private Path file(Path in, Digest oid) {
    return in.resolve("hub-" + oid.hex() + ".json");
  }

  /// The session of an object, if one is noted that can be read.
  Optional<Session> find(String target, Digest oid, long size) throws IOException {
    if (folder == null) {
      return Optional.empty();
    }
    try {
      JsonNode node = HubJson.parse(Files.readString(file(folder, oid)));
      List<String> parts = new ArrayList<>();
      node.path("parts").forEach(part -> parts.add(part.asText()));
      Map<Integer, String> done = new TreeMap<>();
      node.path("done")
          .properties()
          .forEach(tag -> done.put(Integer.valueOf(tag.getKey()), tag.getValue().asText()));
      Session session =
          new Session(
              node.path("target").asText(),
              oid,
              node.path("size").asLong(),
              node.path("chunk").asLong(),
              node.path("complete").asText(),
              parts,
              done);
      boolean whole =
          node.path("version").asInt() == VERSION
              && session.target().equals(target)
              && session.size() == size
              && session.chunk() > 0
              && parts.size() == Math.ceilDiv(size, session.chunk())
              && done.keySet().stream().allMatch(part -> part >= 0 && part < parts.size());
      return whole ? Optional.of(session) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException | CharacterCodingException | NumberFormatException e) {
      return Optional.empty(); // cut short: the upload begins anew
    }
  }

  /// Notes how far a session is.
  void write(Session session) throws IOException {
    if (folder == null) {
      return;
    }
    ObjectNode node = HubJson.object();
    node.put("version", VERSION);
    node.put("target", session.target());
    node.put("size", session.size());
    node.put("chunk", session.chunk());
    node.put("complete", session.complete());
    ArrayNode parts = node.putArray("parts");
    session.parts().forEach(parts::add);
    ObjectNode done = node.putObject("done");
    session.done().forEach((part, tag) -> done.put(String.valueOf(part), tag));
    Files.createDirectories(folder);
    AtomicFile.writeSecret(file(folder, session.oid()), node.toString());
  }

  /// Forgets a session that is complete or of no more use.
  void forget(Digest oid) throws IOException {
    if (folder != null) {
      Files.deleteIfExists(file(folder, oid));
    }
  }
}
