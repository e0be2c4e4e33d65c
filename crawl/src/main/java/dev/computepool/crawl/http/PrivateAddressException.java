package dev.computepool.crawl.http;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// A host has no address that may be connected to. No connection was made.
public final class PrivateAddressException extends UnknownHostException {
  private static final long serialVersionUID = 1L;

  PrivateAddressException(String host, InetAddress address) {
    super(
        host.equals(address.getHostAddress())
            ? "%s is not a public address".formatted(host)
            : "%s has the address %s, which is not public"
                .formatted(host, address.getHostAddress()));
  }
}
