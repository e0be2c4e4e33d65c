package dev.computepool.publish.ollama.registry;

import dev.computepool.publish.http.Request;
import dev.computepool.publish.ollama.registry.RegistryException.Kind;
import java.net.URI;
import java.net.URISyntaxException;

/// Addresses out of answers.
final class Addresses {
  private Addresses() {}

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
