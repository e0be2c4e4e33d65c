package dev.computepool.publish.hub;

import dev.computepool.publish.http.Answer;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.http.Request;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A repository with a store of large files, and as whom we speak to it.
public interface LfsRemote {
  /// How requests are made.
  Http http();

  /// What people call the repository.
  String name();

  /// What no other repository is called, so that an unfinished upload is known as its own.
  String target();

  /// Where the store is asked.
  String batchUrl();

  /// The branch that the files are for, null if there is none yet.
  @Nullable String ref();

  /// The kind of bytes that files are sent as, null to say nothing of it.
  @Nullable String mediaType();

  /// An address that the store names, as it is reached from here.
  String here(String url);

  /// Asks the store.
  ///
  /// @return an answer that is a success
  Answer ask(String what, Request request) throws IOException;

  /// A request with the secret for this server, if it goes there and needs it.
  ///
  /// @param verifying whether it asks the repository's own server about what was stored
  /// @param authorised whether the store has seen to that itself
  Request signed(Request request, boolean verifying, boolean authorised);

  /// What an answer means that is no success.
  IOException failure(String what, Answer answer);

  /// What it means that the store does not take a file.
  ///
  /// @param why in the store's words
  IOException refusal(String path, int code, String why);

  /// What it means that an answer is none that was expected.
  IOException malformed(String what, String why);
}
