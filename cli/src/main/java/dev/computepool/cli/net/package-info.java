/// How commands reach servers: proxies, addresses and tokens of the user's environment.
package dev.computepool.cli.net;
