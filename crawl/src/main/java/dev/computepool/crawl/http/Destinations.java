package dev.computepool.crawl.http;

import dev.computepool.base.http.ProxyRules;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Tells where a request for a URL may go, and which way.
///
/// Directly, it is the addresses of the host that count, at the moment of the connection: a name
/// may have another address by then. Through a proxy it is the proxy that resolves names; there
/// only literals can be checked. URLs are as {@link WebUrl} reads them.
public final class Destinations {
  private final TransportOptions options;

  public Destinations(TransportOptions options) {
    this.options = options;
  }

  /// The proxy for a URL, null if there is none.
  ///
  /// @throws PrivateAddressException if it leads where it may not, as far as is known without
  ///     asking for addresses
  public ProxyRules.@Nullable Proxy route(URI url) throws PrivateAddressException {
    String host = host(url);
    int port = port(url);
    // A proxy may have any address, but only as a proxy: no page has the right to talk to it.
    if (isProxy(host, port) && !options.addresses().allows(host, port)) {
      throw new PrivateAddressException(host, port);
    }
    ProxyRules.Proxy proxy = options.proxies().of(url.getScheme(), host);
    InetAddress literal = proxy == null ? null : literal(host);
    if (literal != null && !options.addresses().allows(host, port, literal)) {
      throw new PrivateAddressException(host, literal);
    }
    return proxy;
  }

  /// The addresses of a host that are allowed, at least one.
  ///
  /// @throws PrivateAddressException if there are others only
  public List<InetAddress> addresses(URI url) throws UnknownHostException {
    return allowed(host(url), port(url));
  }

  /// Of a host that is connected to, which may be a proxy: {@link #route} has let it pass.
  ///
  /// @param host of IPv6 literals without brackets
  List<InetAddress> connectable(String host, int port) throws UnknownHostException {
    return isProxy(host, port) ? all(host, port) : allowed(host, port);
  }

  private List<InetAddress> allowed(String host, int port) throws UnknownHostException {
    List<InetAddress> all = all(host, port);
    List<InetAddress> allowed =
        all.stream().filter(a -> options.addresses().allows(host, port, a)).toList();
    if (allowed.isEmpty()) {
      throw new PrivateAddressException(host, all.getFirst());
    }
    return allowed;
  }

  private List<InetAddress> all(String host, int port) throws UnknownHostException {
    List<InetAddress> fixed =
        options.fixed().stream()
            .filter(f -> f.host().equalsIgnoreCase(host) && f.port() == port)
            .map(FixedAddress::address)
            .toList();
    return fixed.isEmpty() ? Arrays.asList(InetAddress.getAllByName(host)) : fixed;
  }

  private boolean isProxy(String host, int port) {
    return Stream.of(options.proxies().http(), options.proxies().https())
        .anyMatch(p -> p != null && p.host().equalsIgnoreCase(host) && p.port() == port);
  }

  private static @Nullable InetAddress literal(String host) {
    if (host.equalsIgnoreCase("localhost")
        || host.toLowerCase(Locale.ROOT).endsWith(".localhost")) {
      return InetAddress.getLoopbackAddress();
    }
    if (host.contains(":")) {
      return InetAddress.ofLiteral(host);
    }
    return Ipv4Literal.isMeant(host) ? InetAddress.ofLiteral(Ipv4Literal.normalise(host)) : null;
  }

  private static String host(URI url) {
    return withoutBrackets(url.getHost());
  }

  static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static int port(URI url) {
    return url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
  }
}
