/// What every client of HTTP needs whatever library it stands on: the head of an answer, which
/// proxy a request goes through, when a server wants to be asked again.
package dev.computepool.base.http;
