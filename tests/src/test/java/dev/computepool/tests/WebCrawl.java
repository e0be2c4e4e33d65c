package dev.computepool.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A folder in which `cp train data` works, and the web that it is sent to: which pages are listed,
/// and which of them must become documents.
final class WebCrawl implements AutoCloseable {
  static final Duration DELAY = Duration.ofMillis(100);
  static final String TDM_FILE = "/.well-known/tdmrep.json";

  /// A paragraph of some length, about two words of the test's.
  static final String WORDS =
      "This page explains at some length how the widgets of the library number %s are made, "
          + "configured and taken apart again, with %s of the details that matter in practice. ";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final LocalWeb web = LocalWeb.start();
  private final List<String> urls = new ArrayList<>();
  private final Path folder;
  private final Cli cp;

  /// Places that must become documents, by the words that only they have.
  private final Map<String, String> expected = new TreeMap<>();

  private Duration delay = DELAY;

  /// Longer than any machine takes for what has no reason to take long.
  private Duration timeout = Duration.ofMinutes(1);

  /// @param temporary where the folder is made
  WebCrawl(Path temporary) throws IOException {
    folder = Files.createDirectories(temporary.resolve("work"));
    cp = Cli.cp(folder).env("COMPUTEPOOL_JAVA_OPTS", "-Xmx300m").timeout(Duration.ofMinutes(5));
  }

  Path folder() {
    return folder;
  }

  LocalWeb web() {
    return web;
  }

  /// The program, in this folder, with 300 MB of heap.
  Cli cp() {
    return cp;
  }

  List<String> urls() {
    return List.copyOf(urls);
  }

  Map<String, String> expected() {
    return Map.copyOf(expected);
  }

  /// Between two requests of a host.
  void delay(Duration time) {
    delay = time;
  }

  /// What an answer may take.
  void timeout(Duration time) {
    timeout = time;
  }

  /// A page that is asked for.
  void list(String place) {
    urls.add(web.url(place));
  }

  /// A page that is asked for, and becomes a document with these words.
  void list(String place, String mark) {
    list(place);
    expected.put(web.url(place), mark);
  }

  /// Calls `train data` for what is listed.
  ///
  /// @param out the dataset
  /// @param more words of the command
  Result run(String out, String... more) throws IOException {
    return cp.run(words(out, more));
  }

  String[] words(String out, String... more) throws IOException {
    Files.write(folder.resolve("urls.txt"), urls);
    Set<String> hosts = new LinkedHashSet<>();
    for (String url : urls) {
      hosts.add(url.replaceFirst("^http://([^:/]+).*", "$1"));
    }
    List<String> all =
        new ArrayList<>(
            List.of(
                "train",
                "data",
                "--urls",
                "urls.txt",
                "--out",
                out,
                "--delay",
                delay.toMillis() + "ms"));
    // The pages made here are near duplicates of each other.
    all.addAll(List.of("--near-duplicates", "1"));
    all.addAll(List.of("--max-delay", "300ms", "--timeout", timeout.toSeconds() + "s"));
    all.addAll(List.of("--min-chars", "50"));
    for (String host : hosts) {
      all.addAll(List.of("--resolve", host + ":" + web.port() + ":127.0.0.1"));
      all.addAll(List.of("--allow-private", host));
    }
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  static String html(String title, String text) {
    return "<!doctype html><html lang=en><head><title>%s</title></head><body><main><h1>%s</h1><p>%s</p><p>%s</p></main></body></html>"
        .formatted(title, title, text, text.replace("explains", "also explains"));
  }

  /// A page whose only word like this is `mark`.
  static String page(String mark) {
    return html("About " + mark, WORDS.formatted(mark, "most") + WORDS.formatted(mark, "all"));
  }

  void document(String place) {
    String mark = "mark" + place.replaceAll("[^a-z0-9]", "");
    web.page(place, page(mark));
    list(place, mark);
  }

  void robots(String host, String text) {
    web.on(host + "/robots.txt", e -> LocalWeb.send(e, 200, "text/plain", text));
  }

  /// The owner of a host says in its file for it what is not to be mined.
  void reserve(String host, String location) {
    String json = "[{\"location\": \"%s\", \"tdm-reservation\": 1}]".formatted(location);
    web.on(host + TDM_FILE, e -> LocalWeb.send(e, 200, "application/json", json));
  }

  void fails(String place) {
    web.on(place, e -> LocalWeb.send(e, 500, "text/html", "broken"));
  }

  static byte[] manual(String mark) {
    return Pdf.of(
        "The " + mark,
        List.of(
            "This manual explains how a kettle is filled, heated and emptied,",
            "and it does so in two lines that are one paragraph."));
  }

  List<JsonNode> lines(String file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(file))) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  Set<String> sources(String file) throws IOException {
    Set<String> sources = new LinkedHashSet<>();
    for (JsonNode line : lines(file)) {
      sources.add(line.at("/meta/source_url").asText());
    }
    return sources;
  }

  List<String> texts(String file) throws IOException {
    List<String> texts = new ArrayList<>();
    for (JsonNode line : lines(file)) {
      JsonNode turns = line.path("messages");
      texts.add(turns.get(turns.size() - 1).path("content").asText());
    }
    return texts;
  }

  JsonNode report(String file) throws IOException {
    return JSON.readTree(Files.readAllBytes(folder.resolve(file)));
  }

  List<String> expectedInOrder() {
    List<String> places = new ArrayList<>();
    for (String url : urls) {
      // The redirect comes first, and its page is known by where it was found.
      String at =
          url.endsWith("moved.example:%d/old".formatted(web.port()))
              ? web.url("moved.example/new")
              : url;
      if (expected.containsKey(at) && !places.contains(at)) {
        places.add(at);
      }
    }
    return places;
  }

  @Override
  public void close() {
    web.close();
  }
}
