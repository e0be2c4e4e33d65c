/// The door to servers that models are published to: requests that go out exactly as they were
/// written, answers that are bounded, failures that are tried again, and secrets that nobody sees.
package dev.computepool.publish.http;
