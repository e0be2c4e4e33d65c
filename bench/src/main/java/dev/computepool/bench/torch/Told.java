package dev.computepool.bench.torch;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What a measuring process tells besides times.
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Told {
  /// The most memory that the process had, in bytes; 0 where the system does not tell.
  public long peakBytes;

  /// 1 if memory did not suffice.
  public long outOfMemory;

  /// 1 if the device cannot do it.
  public long unsupported;
}
