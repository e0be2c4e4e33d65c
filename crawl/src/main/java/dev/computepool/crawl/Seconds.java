package dev.computepool.crawl;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.time.Duration;

/// Durations as seconds with three decimals.
final class Seconds extends StdSerializer<Duration> {
  private static final long serialVersionUID = 1L;

  Seconds() {
    super(Duration.class);
  }

  @Override
  public void serialize(Duration time, JsonGenerator out, SerializerProvider provider)
      throws IOException {
    out.writeNumber(time.toMillis() / 1000.0);
  }
}
