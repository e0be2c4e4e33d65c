package dev.computepool.cli.command;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// A small documentation site on the loopback address, for a crawl that needs no network.
///
/// It has what sites have: menus and footers around the text, code, a page for each command, a page
/// that its `robots.txt` keeps from crawlers, and one that says the same as another.
final class SampleSite implements AutoCloseable {
  /// One a line: its name, what it does, its option, what that sets, to what, and what it refuses.
  private static final String VERBS =
      """
      pour|pours water into a cup|level|how full the cup gets, in percent|80|there is no cup
      boil|heats water until it boils|heat|how hot the water gets, in degrees|100|there is no water
      warm|keeps water warm for a while|minutes|how long it is kept warm|20|the water is cold
      cool|lets water get cold|heat|how cold the water gets, in degrees|20|the water is frozen
      fill|fills a kettle with water|level|how full the kettle gets, in percent|90|the kettle is full
      drain|lets all water out of a kettle|speed|how fast it runs, from 1 to 9|5|the kettle is empty
      rinse|cleans a kettle with water|times|how often it is cleaned|2|there is no water
      steep|keeps leaves in hot water|minutes|how long they stay|4|there are no leaves
      stir|moves what is in a cup|times|how often it goes round|10|the cup is empty
      strain|takes leaves out of a cup|size|how small the holes are|3|there are no leaves
      grind|makes powder of beans|size|how small the grains are|6|there are no beans
      roast|heats beans until they are brown|heat|how hot the beans get, in degrees|210|there are no beans
      weigh|tells how heavy something is|places|how many digits are shown|1|there is nothing to weigh
      measure|tells how much water there is|places|how many digits are shown|2|there is no water
      start|starts a task|delay|how many seconds it waits first|0|the task has started
      stop|stops a task|delay|how many seconds it waits first|3|the task has ended
      pause|stops a task for a while|minutes|how long it stops|5|the task has ended
      resume|goes on with a task|delay|how many seconds it waits first|1|the task has not stopped
      repeat|starts a task again and again|times|how often it is started|3|there is no task
      wait|waits until a task has ended|minutes|how long it waits at most|10|there is no task
      list|shows all tasks|limit|how many tasks are shown|50|there is no task
      show|shows one task|lines|how many lines are shown|20|there is no task
      watch|shows a task while it works|delay|how many seconds pass between two looks|2|the task has ended
      log|shows what a task has written|lines|how many lines are shown|100|the task has written nothing
      clean|removes tasks that have ended|days|how old a task must be|7|a task has not ended
      save|writes a task to a file|level|how small the file gets, from 1 to 9|6|the disk is full
      load|reads a task from a file|limit|how large the file may be, in megabytes|16|the file is broken
      check|looks for what is wrong with a file|limit|how many errors are shown|25|the file is broken
      send|sends a file to another kettle|tries|how often it is tried|3|the other kettle is off
      fetch|gets a file from another kettle|tries|how often it is tried|5|the other kettle is off
      share|lets others see a task|hours|how long they see it|24|the task is secret
      hide|lets nobody see a task|hours|how long nobody sees it|12|the task is shared
      lock|keeps others from changing a task|hours|how long it is kept|1|the task has a lock
      open|lets others change a task|hours|how long they change it|8|the task has no lock
      ring|makes a sound when a task ends|level|how loud the sound is, in percent|60|the kettle is silent
      plan|starts a task later|hours|how many hours it waits|6|the time is over
      """;

  // Two crawls of the same address give the same dataset, to the last byte but the times.
  private static final int USUAL_PORT = 47_811;

  private final HttpServer server;
  private final Map<String, String> pages = new LinkedHashMap<>();

  /// A command that a page is about.
  ///
  /// @param does what it does, as a sentence without its subject
  /// @param option its one option, and in words what that sets
  /// @param refusal when it does nothing
  private record Verb(
      String name, String does, String option, String sets, String preset, String refusal) {
    static Verb of(String line) {
      String[] parts = line.split("\\|", -1);
      return new Verb(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
    }

    /// Long enough that each of its parts becomes an example.
    String page() {
      return """
      <p>The command <code>kettle %1$s</code> %2$s. It ends when that is done, and prints one line
      which says how it went. If %6$s, it prints an error and does nothing.</p>
      <pre><code class="language-sh">kettle %1$s --%3$s %5$s</code></pre>
      <h2>Options</h2>
      <p>The option <code>--%3$s</code> sets %4$s. Without it, %5$s is used. A value that is not a
      number is an error: <code>kettle %1$s</code> prints it and does nothing.</p>
      <h2>Exit code</h2>
      <p>The exit code of <code>kettle %1$s</code> is 0 when all went well, 1 when %6$s, and 2 when
      the option <code>--%3$s</code> has a value that is not a number.</p>
      """
          .formatted(name, does, option, sets, preset, refusal);
    }
  }

  private SampleSite(HttpServer server) {
    this.server = server;
  }

  /// Begins to serve, on the usual port or else on one that is free.
  static SampleSite open() throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(loopback, USUAL_PORT), 0);
    } catch (BindException _) {
      server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    }
    SampleSite site = new SampleSite(server);
    site.fill();
    site.server.createContext("/", site::answer);
    site.server.start();
    return site;
  }

  /// Its first page.
  URI home() {
    return URI.create("http://127.0.0.1:%d/".formatted(server.getAddress().getPort()));
  }

  private void fill() {
    String install =
        """
        <p>Kettle is one program and one configuration file. Download the archive for your system,
        unpack it where programs live on your machine, and make sure that its folder is on the
        path.</p>
        <pre><code class="language-sh">tar xzf kettle-2.1.tar.gz
        sudo mv kettle /usr/local/bin/
        kettle --version</code></pre>
        <p>The last line prints the version. If it prints an error instead, the folder is not on the
        path, or the archive is one for another system.</p>
        """;
    page("install", "Install Kettle", install);
    page("install/index.html", "Install Kettle", install);
    page(
        "timers",
        "Timers",
        """
        <p>A timer starts a task after a while, once or again and again. It belongs to the task that
        made it and ends with it, so a timer can never outlive what it is for.</p>
        <h2>Once</h2>
        <pre><code class="language-python">timer = kettle.after(seconds=30)
        timer.do(pour)   # runs in the task's own thread</code></pre>
        <h2>Again and again</h2>
        <p>A timer that repeats waits from the end of one run to the beginning of the next. A run that
        takes longer than the interval delays the next one and is never doubled.</p>
        <table><tr><th>Setting</th><th>Meaning</th></tr>
        <tr><td><code>every</code></td><td>seconds between two runs</td></tr>
        <tr><td><code>times</code></td><td>how many runs, none for no end</td></tr></table>
        """);
    for (Verb verb : VERBS.lines().map(Verb::of).toList()) {
      page(verb.name, "kettle " + verb.name, verb.page());
    }
    page("draft", "A draft", "<p>Crawlers are asked to keep away from this page.</p>");
    StringBuilder map = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    map.append("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (String path : pages.keySet()) {
      map.append("<url><loc>").append(home()).append(path.substring(1)).append("</loc></url>\n");
    }
    pages.put(
        "/robots.txt", "User-agent: *\nDisallow: /draft\nSitemap: " + home() + "sitemap.xml\n");
    pages.put("/sitemap.xml", map.append("</urlset>\n").toString());
  }

  private void page(String path, String title, String text) {
    pages.put(
        "/" + path,
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>%s | Kettle documentation</title></head>
        <body>
        <header><a href="/">Kettle</a></header>
        <nav><ul><li><a href="/install">Install</a></li><li><a href="/timers">Timers</a></li></ul></nav>
        <div class="cookie-banner">We use cookies. <button>Accept</button></div>
        <main><article><h1>%s</h1>
        %s</article></main>
        <footer>Kettle is made by nobody in particular. <a href="/imprint">Imprint</a></footer>
        </body></html>
        """
            .formatted(title, title, text));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String page = pages.get(path);
      String type =
          path.endsWith(".txt")
              ? "text/plain"
              : path.endsWith(".xml") ? "application/xml" : "text/html; charset=utf-8";
      byte[] body = (page == null ? "not here" : page).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(page == null ? 404 : 200, body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
