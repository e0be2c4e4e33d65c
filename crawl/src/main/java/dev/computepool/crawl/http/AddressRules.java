package dev.computepool.crawl.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Which addresses may be connected to: public ones, and others only of hosts that are named here.
///
/// Whoever writes a page chooses where its redirects lead. Without this a page could have a crawler
/// read what only this machine or its network can reach.
///
/// @param hosts names that may have addresses that are not public: `HOST`, `HOST:PORT`, or `*` for
///     all; compared with the host as it stands in a URL, so that `localhost` does not allow
///     `127.0.0.1`
/// @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IPv4 registry</a>
/// @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IPv6 registry</a>
public record AddressRules(List<String> hosts) {
  /// Public addresses only.
  public static final AddressRules PUBLIC = new AddressRules(List.of());

  private static final String ALL = "*";

  private static final List<AddressBlock> NOT_PUBLIC =
      blocks(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/4",
          "240.0.0.0/4",
          "2001::/23",
          "2001:db8::/32",
          "3fff::/20");

  /// The only part of IPv6 that is given out; what lies outside is special in one way or another.
  private static final AddressBlock GLOBAL_UNICAST = AddressBlock.parse("2000::/3");

  /// Blocks whose addresses have one of IPv4 in them, from the byte that is given.
  private static final List<Embedding> EMBEDDINGS =
      List.of(
          new Embedding(mapped(), 12),
          new Embedding(AddressBlock.parse("64:ff9b::/96"), 12), // NAT64
          new Embedding(AddressBlock.parse("2002::/16"), 2)); // 6to4

  private record Embedding(AddressBlock block, int offset) {}

  public AddressRules {
    hosts = hosts.stream().map(host -> host.strip().toLowerCase(Locale.ROOT)).toList();
    for (String host : hosts) {
      if (host.isEmpty() || host.contains("/")) {
        throw new IllegalArgumentException(
            "'%s' is no host; write localhost, 10.1.2.3:8080 or *".formatted(host));
      }
    }
  }

  /// `::ffff:0:0/96`, which Java would read as a block of IPv4.
  private static AddressBlock mapped() {
    byte[] network = new byte[16];
    network[10] = (byte) 0xff;
    network[11] = (byte) 0xff;
    return new AddressBlock(network, 96);
  }

  private static List<AddressBlock> blocks(String... texts) {
    List<AddressBlock> blocks = new ArrayList<>();
    for (String text : texts) {
      blocks.add(AddressBlock.parse(text));
    }
    return List.copyOf(blocks);
  }

  /// Whether a connection to `address` may be made for a URL with this host and port.
  ///
  /// @param host as in the URL; of IPv6 literals without brackets
  public boolean allows(String host, int port, InetAddress address) {
    return allows(host, port) || isPublic(address);
  }

  /// Whether all addresses of a host are allowed.
  public boolean allows(String host, int port) {
    String name = host.toLowerCase(Locale.ROOT);
    return hosts.contains(ALL)
        || hosts.contains(name)
        || hosts.contains(name + ":" + port)
        || hosts.contains("[" + name + "]")
        || hosts.contains("[" + name + "]:" + port);
  }

  /// Whether an address belongs to the public Internet, so that anybody may reach it.
  public static boolean isPublic(InetAddress address) {
    return isPublic(address.getAddress());
  }

  private static boolean isPublic(byte[] address) {
    for (Embedding embedding : EMBEDDINGS) {
      if (embedding.block().contains(address)) {
        return isPublic(Arrays.copyOfRange(address, embedding.offset(), embedding.offset() + 4));
      }
    }
    if (address.length == 16 && !GLOBAL_UNICAST.contains(address)) {
      return false;
    }
    return NOT_PUBLIC.stream().noneMatch(block -> block.contains(address));
  }
}
