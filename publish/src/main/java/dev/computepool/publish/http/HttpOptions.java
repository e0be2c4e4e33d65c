package dev.computepool.publish.http;

import dev.computepool.base.http.ProxyRules;
import java.time.Duration;

/// How requests are made.
///
/// @param userAgent what servers are told we are, such as `computepool/0.1.0; java/25`
/// @param connectTimeout for one attempt to connect
public record HttpOptions(
    String userAgent, ProxyRules proxies, Duration connectTimeout, Wire wire) {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /// Without a proxy, and nobody listens.
  public static HttpOptions standard(String userAgent) {
    return new HttpOptions(userAgent, ProxyRules.NONE, CONNECT, Wire.SILENT);
  }

  /// The same through proxies.
  public HttpOptions with(ProxyRules newProxies) {
    return new HttpOptions(userAgent, newProxies, connectTimeout, wire);
  }

  /// The same with somebody who listens.
  public HttpOptions with(Wire newWire) {
    return new HttpOptions(userAgent, proxies, connectTimeout, newWire);
  }

  /// What we call ourselves, `computepool/<version>; java/<version>`.
  public static String userAgent(String version) {
    return "computepool/%s; java/%d".formatted(version, Runtime.version().feature());
  }
}
