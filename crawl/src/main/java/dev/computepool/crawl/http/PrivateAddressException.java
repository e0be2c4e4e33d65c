package dev.computepool.crawl.http;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// A host has no address that may be connected to. No connection was made.
public final class PrivateAddressException extends UnknownHostException {
  private static final long serialVersionUID = 1L;

  /// It is that of our proxy.
  PrivateAddressException(String host, int port) {
    super("%s:%d is a proxy and has no pages".formatted(host, port));
  }

  PrivateAddressException(String host, InetAddress address) {
    super(
        host.equals(address.getHostAddress())
            ? "%s is not a public address".formatted(host)
            : "%s has the address %s, which is not public"
                .formatted(host, address.getHostAddress()));
  }
}
