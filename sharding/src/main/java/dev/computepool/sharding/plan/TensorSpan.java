package dev.computepool.sharding.plan;

import dev.computepool.base.ByteRange;
import dev.computepool.gguf.GgufHeader;
import java.util.List;
import java.util.OptionalLong;

/// Where the bytes of one tensor are in the model file.
///
/// @param name such as `blk.0.attn_q.weight`
/// @param offset of the first byte in the file
/// @param size in bytes, without the padding that follows
public record TensorSpan(String name, long offset, long size) {
  private static final String LAYER = "blk.";
  private static final long MAX_LAYER = 0xffff_fffeL; // its end must fit 32 bits too

  public TensorSpan {
    if (offset < 0 || size < 0 || offset > Long.MAX_VALUE - size) {
      throw new IllegalArgumentException(
          "tensor %s cannot have %d bytes from %d".formatted(name, size, offset));
    }
  }

  /// The tensors of a model, in the order of its header.
  public static List<TensorSpan> of(GgufHeader header) {
    return header.tensors().stream()
        .map(t -> new TensorSpan(t.name(), header.positionOf(t), t.byteSize()))
        .toList();
  }

  /// Offset of the byte behind the last.
  public long end() {
    return offset + size;
  }

  public ByteRange range() {
    return new ByteRange(offset, end());
  }

  /// Whether this belongs to a layer; nodes drop it if its name then gives no {@link #layer}.
  boolean inLayer() {
    return name.startsWith(LAYER);
  }

  /// The layer in a name such as `blk.7.ffn_up.weight`: what Rust reads as `u32` up to the next
  /// dot, thus digits with an optional `+`.
  OptionalLong layer() {
    int dot = name.indexOf('.', LAYER.length());
    String number = name.substring(LAYER.length(), dot < 0 ? name.length() : dot);
    String digits = number.startsWith("+") ? number.substring(1) : number;
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    long layer = 0;
    for (int i = 0; i < digits.length(); i++) {
      layer = layer * 10 + (digits.charAt(i) - '0');
      if (layer > MAX_LAYER) {
        return OptionalLong.empty();
      }
    }
    return OptionalLong.of(layer);
  }
}
