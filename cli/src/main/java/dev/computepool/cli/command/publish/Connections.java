package dev.computepool.cli.command.publish;

import dev.computepool.cli.Context;
import dev.computepool.cli.net.Network;
import dev.computepool.cli.output.Output;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.hub.Hub;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The connections of one call, made when the first step needs one.
final class Connections implements AutoCloseable {
  private final Context context;
  private final Output out;
  private final boolean offline;
  private @Nullable Http http;
  private @Nullable Hub hub;

  Connections(Context context, Output out, boolean offline) {
    this.context = context;
    this.out = out;
    this.offline = offline;
  }

  Http http() {
    if (http == null) {
      http = Http.open(Network.http(context, out), out.cancellation());
    }
    return http;
  }

  Hub hub() throws IOException {
    if (hub == null) {
      hub = new Hub(http(), Network.hub(context, offline), out::warn);
    }
    return hub;
  }

  @Override
  public void close() {
    if (http != null) {
      http.close();
    }
  }
}
