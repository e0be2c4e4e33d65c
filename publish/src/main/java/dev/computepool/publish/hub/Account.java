package dev.computepool.publish.hub;

import java.util.List;

/// Who a token belongs to.
///
/// @param organizations whose members they are
/// @param role what the token may do: `read`, `write` or `fineGrained`, or empty if the Hub does
///     not say
public record Account(String name, List<String> organizations, String role) {
  public Account {
    organizations = List.copyOf(organizations);
  }

  /// Whether a repository of that owner can be made, as far as is known: what tokens with
  /// permissions of their own may do, the Hub says only when it is tried.
  boolean mayMake(RepoId repo) {
    return !role.equals("write")
        || name.equalsIgnoreCase(repo.namespace())
        || organizations.stream().anyMatch(o -> o.equalsIgnoreCase(repo.namespace()));
  }

  /// Whether the token can write nothing at all.
  public boolean isReadOnly() {
    return role.equals("read");
  }
}
