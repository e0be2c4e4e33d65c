package dev.computepool.crawl.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.http.ProxyRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationsTest {
  private static final ProxyRules PROXIES =
      ProxyRules.parse(null, "http://10.0.0.9:3128", "direct.example");

  private static Destinations destinations(String... allowed) {
    return new Destinations(
        new TransportOptions(
            "test",
            PROXIES,
            new AddressRules(List.of(allowed)),
            List.of(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://2130706433/",
        "https://127.1/",
        "https://[::ffff:7f00:1]/",
        "https://localhost/",
        "https://a.localhost/"
      })
  void noWayToWriteAnAddressLeadsAProxyToThisMachine(String url) {
    assertThrows(PrivateAddressException.class, () -> destinations().route(WebUrl.parse(url)));
  }

  @Test
  void aProxyIsUsedAndNotVisited() throws IOException {
    assertEquals(PROXIES.https(), destinations().route(URI.create("https://docs.example/")));
    for (String url : List.of("http://10.0.0.9:3128/", "https://10.0.0.9:3128/")) {
      assertEquals(
          "10.0.0.9:3128 is a proxy and has no pages",
          assertThrows(PrivateAddressException.class, () -> destinations().route(URI.create(url)))
              .getMessage());
      destinations("10.0.0.9").route(URI.create(url));
    }
    assertEquals(
        List.of(InetAddress.ofLiteral("10.0.0.9")), destinations().connectable("10.0.0.9", 3128));
  }

  @Test
  void aHostWithoutAllowedAddressesHasNone() throws IOException {
    URI url = URI.create("https://10.0.0.1/");
    assertThrows(PrivateAddressException.class, () -> destinations().addresses(url));
    assertEquals(
        List.of(InetAddress.ofLiteral("10.0.0.1")), destinations("10.0.0.1").addresses(url));
  }
}
