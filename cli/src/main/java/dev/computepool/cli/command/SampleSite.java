package dev.computepool.cli.command;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// A small documentation site on the loopback address, for a crawl that needs no network.
///
/// It has what sites have: menus and footers around the text, code, a page that its `robots.txt`
/// keeps from crawlers, and one that says the same as another.
final class SampleSite implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, String> pages = new LinkedHashMap<>();

  private SampleSite(HttpServer server) {
    this.server = server;
  }

  /// Begins to serve, on a port that is free.
  static SampleSite open() throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    SampleSite site = new SampleSite(HttpServer.create(anyPort, 0));
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
    page("draft", "A draft", "<p>Crawlers are asked to keep away from this page.</p>");
    pages.put(
        "/robots.txt", "User-agent: *\nDisallow: /draft\nSitemap: " + home() + "sitemap.xml\n");
    StringBuilder map = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    map.append("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (String path : new String[] {"install", "install/index.html", "timers", "draft"}) {
      map.append("<url><loc>").append(home()).append(path).append("</loc></url>\n");
    }
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
