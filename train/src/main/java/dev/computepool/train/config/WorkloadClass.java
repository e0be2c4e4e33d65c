package dev.computepool.train.config;

/// How work is spread over machines, as the infernet protocol classifies it.
///
/// @see <a href="https://infernetprotocol.com">Infernet protocol, IPIP-0023</a>
public enum WorkloadClass implements Label {
  /// One machine.
  C1,
  /// Several runs on machines of one's own.
  C2,
  /// Federated: parts of the data on several machines, adapters averaged.
  C3,
  /// Federated among strangers.
  C4,
  D1,
  D2,
  D3,
  D4;

  @Override
  public String label() {
    return name();
  }
}
