package dev.computepool.publish.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.InputFile;
import dev.computepool.publish.http.Body;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.hub.UploadPlan.Item;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the Hub says of files before they are sent: which go to the store of large files, which
/// into the commit itself, which not at all. It decides by `.gitattributes`, sizes and the first
/// bytes; we never do.
///
/// @param large to be stored, and named by the commit
/// @param inline to stand in the commit
/// @param unchanged there already
/// @param ignored left out by the repository's `.gitignore`
/// @param head the commit that was looked at; null if the server does not say
record Preupload(
    List<Item> large,
    List<Item> inline,
    List<Item> unchanged,
    List<Item> ignored,
    @Nullable String head) {
  private static final int BATCH = 256;
  private static final int SAMPLE = 512;
  private static final int MOST_OF_RULES = 1 << 20;

  private enum Mode {
    LARGE,
    INLINE,
    IGNORED
  }

  private record Answer(Mode mode, @Nullable String remoteOid) {}

  /// Asks.
  static Preupload ask(Hub hub, UploadRequest request, List<Item> items) throws IOException {
    Map<String, Answer> answers = new HashMap<>();
    ObjectNode rules = rules(items);
    String head = null;
    for (int from = 0; from < items.size(); from += BATCH) {
      List<Item> some = items.subList(from, Math.min(items.size(), from + BATCH));
      String next = ask(hub, request, some, rules, answers);
      head = head == null ? next : head;
    }
    return sort(items, answers, head);
  }

  private static Preupload sort(
      List<Item> items, Map<String, Answer> answers, @Nullable String head) throws HubException {
    List<Item> large = new ArrayList<>();
    List<Item> inline = new ArrayList<>();
    List<Item> unchanged = new ArrayList<>();
    List<Item> ignored = new ArrayList<>();
    for (Item item : items) {
      Answer answer = answers.get(item.path());
      if (answer == null) {
        throw HubException.malformed(
            "ask how files are to be sent", "nothing is said of " + item.path());
      }
      // Stores refuse an object of no bytes.
      Mode mode = item.size() == 0 && answer.mode() == Mode.LARGE ? Mode.INLINE : answer.mode();
      String ours = mode == Mode.LARGE ? item.sha256().hex() : item.gitOid();
      if (mode == Mode.IGNORED) {
        ignored.add(item);
      } else if (ours != null && ours.equals(answer.remoteOid())) {
        unchanged.add(item);
      } else {
        (mode == Mode.LARGE ? large : inline).add(item);
      }
    }
    return new Preupload(large, inline, unchanged, ignored, head);
  }

  /// The rules that are sent themselves: they are of all files, whatever batch these are in.
  private static ObjectNode rules(List<Item> items) throws IOException {
    ObjectNode rules = HubJson.object();
    for (Item item : items) {
      switch (item.path()) {
        case ".gitattributes" -> rules.put("gitAttributes", text(item));
        case ".gitignore" -> rules.put("gitIgnore", text(item));
        default -> {
          // A file like any other.
        }
      }
    }
    return rules;
  }

  private static String text(Item item) throws IOException {
    return InputFile.text(item.local().file(), MOST_OF_RULES);
  }

  private static @Nullable String ask(
      Hub hub, UploadRequest request, List<Item> items, ObjectNode rules, Map<String, Answer> into)
      throws IOException {
    String what = "ask how files for %s are to be sent".formatted(request.repo());
    ObjectNode body = HubJson.object();
    ArrayNode files = body.putArray("files");
    body.setAll(rules);
    for (Item item : items) {
      ObjectNode file = files.addObject();
      file.put("path", item.path());
      file.put("size", item.size());
      file.put("sample", Base64.getEncoder().encodeToString(sample(item)));
    }
    String url =
        hub.urls()
            .model(
                request.repo(),
                "/preupload/%s%s"
                    .formatted(
                        Urls.encode(request.revision()),
                        request.pullRequest() ? "?create_pr=1" : ""));
    JsonNode answer =
        Hub.json(
            what, hub.call(what, request.repo(), Request.post(url, Body.json(body.toString()))));
    for (JsonNode file : answer.path("files")) {
      String mode = HubJson.require(what, file, "uploadMode");
      boolean ignored = file.path("shouldIgnore").asBoolean(false);
      into.put(
          HubJson.require(what, file, "path"),
          new Answer(ignored ? Mode.IGNORED : mode(what, mode), HubJson.text(file, "oid")));
    }
    return HubJson.text(answer, "commitOid");
  }

  private static Mode mode(String what, String mode) throws HubException {
    return switch (mode) {
      case "lfs" -> Mode.LARGE;
      case "regular" -> Mode.INLINE;
      default -> throw HubException.malformed(what, "unknown 'uploadMode' " + mode);
    };
  }

  private static byte[] sample(Item item) throws IOException {
    try (InputStream in = Files.newInputStream(item.local().file())) {
      return in.readNBytes(SAMPLE);
    }
  }
}
