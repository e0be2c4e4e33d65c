package dev.computepool.crawl.http;

import dev.computepool.base.http.ProxyRules;
import java.time.Duration;
import java.util.List;

/// How requests are made.
///
/// @param fixed addresses that are not asked for; they must be allowed like all others
/// @param connectTimeout for one attempt to connect
/// @param silence how long a server may say nothing before the request has failed
public record TransportOptions(
    String userAgent,
    ProxyRules proxies,
    AddressRules addresses,
    List<FixedAddress> fixed,
    Duration connectTimeout,
    Duration silence) {
  /// To any public address, without a proxy.
  public static TransportOptions standard(String userAgent) {
    return new TransportOptions(
        userAgent,
        ProxyRules.NONE,
        AddressRules.PUBLIC,
        List.of(),
        Duration.ofSeconds(10),
        Duration.ofSeconds(20));
  }
}
