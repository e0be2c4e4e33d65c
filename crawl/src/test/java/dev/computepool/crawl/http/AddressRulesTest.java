package dev.computepool.crawl.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:2::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "3fff::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1"
      })
  void addressesThatAreNotEverybodysAreNotPublic(String address) {
    assertFalse(AddressRules.isPublic(InetAddress.ofLiteral(address)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "93.184.216.34",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "223.255.255.255",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1",
        "2606:4700:4700::1111",
        "2a00:1450:4001::1"
      })
  void addressesOfTheInternetArePublic(String address) {
    assertTrue(AddressRules.isPublic(InetAddress.ofLiteral(address)));
  }

  /// Java reads such a literal as IPv4; bytes that come from elsewhere may stay what they are.
  @Test
  void mappedAddressesAreWhatTheyMap() throws UnknownHostException {
    assertFalse(AddressRules.isPublic(InetAddress.ofLiteral("::ffff:127.0.0.1")));
    assertFalse(AddressRules.isPublic(InetAddress.ofLiteral("::ffff:a9fe:a9fe")));
    byte[] mapped = new byte[16];
    mapped[10] = (byte) 0xff;
    mapped[11] = (byte) 0xff;
    mapped[12] = 10;
    assertFalse(AddressRules.isPublic(InetAddress.getByAddress(mapped)));
  }

  @Test
  void hostsAreAllowedByTheNameInTheUrl() {
    AddressRules rules = new AddressRules(List.of("LocalHost:8080", "10.1.2.3", "[::1]:9000"));
    InetAddress loopback = InetAddress.getLoopbackAddress();
    assertTrue(rules.allows("localhost", 8080, loopback));
    assertTrue(rules.allows("LOCALHOST", 8080, loopback));
    assertFalse(rules.allows("localhost", 8081, loopback));
    assertFalse(rules.allows("127.0.0.1", 8080, loopback));
    assertTrue(rules.allows("10.1.2.3", 80, InetAddress.ofLiteral("10.1.2.3")));
    assertFalse(rules.allows("10.1.2.4", 80, InetAddress.ofLiteral("10.1.2.4")));
    assertTrue(rules.allows("::1", 9000, InetAddress.ofLiteral("::1")));
    assertTrue(rules.allows("example.org", 80, InetAddress.ofLiteral("8.8.8.8")));
  }

  @Test
  void aStarAllowsAll() {
    assertTrue(new AddressRules(List.of("*")).allows("x", 1, InetAddress.ofLiteral("192.168.1.1")));
  }

  @Test
  void whatIsNoHostIsRefused() {
    assertEquals(
        "'http://localhost/' is no host; write localhost, 10.1.2.3:8080 or *",
        assertThrows(
                IllegalArgumentException.class,
                () -> new AddressRules(List.of("http://localhost/")))
            .getMessage());
  }
}
