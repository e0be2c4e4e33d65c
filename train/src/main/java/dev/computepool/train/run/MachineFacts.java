package dev.computepool.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.train.preflight.Surroundings;

/// What a run's record says of the machine that works on it.
final class MachineFacts {
  private static final JsonMapper JSON = new JsonMapper();

  private MachineFacts() {}

  static JsonNode here() {
    ObjectNode facts = JSON.createObjectNode();
    facts.put("os", property("os.name") + " " + property("os.version"));
    facts.put("arch", property("os.arch"));
    facts.put("processors", Runtime.getRuntime().availableProcessors());
    long memory = Surroundings.memoryHere();
    if (memory < Long.MAX_VALUE) {
      facts.put("memory_bytes", memory);
    }
    facts.put("java", property("java.runtime.version"));
    facts.put("vm", property("java.vm.name") + " of " + property("java.vendor"));
    return facts;
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }
}
