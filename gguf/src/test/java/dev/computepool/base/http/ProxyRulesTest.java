package dev.computepool.base.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.http.ProxyRules.Proxy;
import org.junit.jupiter.api.Test;

class ProxyRulesTest {
  @Test
  void schemesHaveTheirOwnProxies() {
    ProxyRules rules = ProxyRules.parse("http://a:3128", "b:8443", null);
    assertEquals(new Proxy("a", 3128, null, null), rules.of("http", "example.org"));
    assertEquals(new Proxy("b", 8443, null, null), rules.of("https", "example.org"));
  }

  @Test
  void someHostsAreReachedDirectly() {
    ProxyRules rules = ProxyRules.parse("a:1", "a:1", "localhost, .example.org,10.0.0.1");
    assertNull(rules.of("http", "localhost"));
    assertNull(rules.of("https", "docs.example.org"));
    assertNull(rules.of("https", "EXAMPLE.org"));
    assertNull(rules.of("http", "10.0.0.1"));
    assertEquals(new Proxy("a", 1, null, null), rules.of("http", "notexample.org"));
    assertNull(ProxyRules.parse("a:1", null, "*").of("http", "example.org"));
  }

  @Test
  void passwordsAreKeptAndNotShown() {
    ProxyRules rules = ProxyRules.parse(null, "http://me:geheim@a:1", null);
    assertEquals(new Proxy("a", 1, "me", "geheim"), rules.of("https", "example.org"));
    assertFalse(rules.toString().contains("geheim"));
    String message =
        String.valueOf(
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ProxyRules.parse(null, "socks5://me:geheim@a:1", null))
                .getMessage());
    assertFalse(message.contains("geheim"), message);
  }
}
