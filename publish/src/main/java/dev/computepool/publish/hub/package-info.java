/// Hugging Face: what a repository has, files brought from it and files published to it.
///
/// {@link dev.computepool.publish.hub.Hub} is the door. A download and an upload are plans that are
/// made by reading only ({@code HubDownload.plan}, {@code HubUpload.plan}) and then carried out.
package dev.computepool.publish.hub;
