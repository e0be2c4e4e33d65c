package dev.computepool.crawl.http;

import java.net.InetAddress;

/// A block of addresses, such as `10.0.0.0/8`.
final class AddressBlock {
  private final byte[] network;
  private final int bits;

  /// @param network its first address, 4 or 16 bytes
  /// @param bits how many leading bits all its addresses share
  AddressBlock(byte[] network, int bits) {
    this.network = network.clone();
    this.bits = bits;
  }

  /// Reads the usual form.
  static AddressBlock parse(String text) {
    int slash = text.indexOf('/');
    return new AddressBlock(
        InetAddress.ofLiteral(text.substring(0, slash)).getAddress(),
        Integer.parseInt(text.substring(slash + 1)));
  }

  boolean contains(byte[] address) {
    if (address.length != network.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((address[bit / 8] & mask) != (network[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
