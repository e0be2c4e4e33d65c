/// Who somebody is on a network that knows no accounts: keys of secp256k1, BIP-340 signatures, and
/// requests that are signed with them.
package dev.computepool.identity;
