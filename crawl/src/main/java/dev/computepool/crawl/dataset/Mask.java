package dev.computepool.crawl.dataset;

/// What is blacked out in texts before they become examples.
public enum Mask {
  /// Keys, tokens, passwords in URLs and private keys, told by their well-known forms.
  SECRETS,
  /// E-mail addresses.
  EMAILS,
  /// Addresses of machines on the Internet; private and documentation ranges stay.
  IPS
}
