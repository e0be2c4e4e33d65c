package dev.computepool.crawl.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RobotTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Mozilla/5.0 (compatible; computepool/0.1) | computepool",
        "AcmeBot/2.1 (+https://acme.example/bot) | acmebot",
        "Mozilla/5.0 (compatible; Acme-Docs_Bot/2.1; +https://acme.example/bot) | acme-docs_bot",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Acme/1 | acme",
        "my crawler | my",
        "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0 | computepool",
        "'' | computepool"
      })
  void isTheProductOfTheUserAgent(String userAgent, String name) {
    assertEquals(new Robot(name), Robot.of(userAgent));
  }
}
