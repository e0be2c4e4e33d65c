package dev.computepool.publish.ollama.registry;

import dev.computepool.publish.http.Request;
import dev.computepool.publish.ollama.registry.RegistryException.Kind;
import java.net.URI;
import java.net.URISyntaxException;

/// Addresses out of answers.
final class Addresses {
  private Addresses() {}

  /// Whether an address is at the very server of another one: scheme, host and port are the same,
  /// however they are written.
  static boolean isSameOrigin(URI server, String address) {
    try {
      URI uri = new URI(address);
      return server.getScheme().equalsIgnoreCase(uri.getScheme())
          && server.getHost().equalsIgnoreCase(uri.getHost())
          && port(server) == port(uri);
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0
        ? uri.getPort()
        : uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }

  /// The absolute address that an answer to `request` gives.
  ///
  /// @param address absolute, or relative to what was asked
  /// @throws RegistryException if it is no address
  static String resolve(Request request, String address) throws RegistryException {
    try {
      // An absolute one stays as it stands: it may be signed.
      URI uri = new URI(address.strip());
      return uri.isAbsolute() ? address.strip() : URI.create(request.url()).resolve(uri).toString();
    } catch (URISyntaxException e) {
      // The address itself is not repeated: it may be signed.
      throw new RegistryException(
          Kind.NO_REGISTRY, 0, request.label() + ": the answer sends us to what is no address");
    }
  }
}
