package dev.computepool.llama;

import static dev.computepool.llama.Symbols.INT;
import static dev.computepool.llama.Symbols.POINTER;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;

/// The parameter structures as the library fills them, each measured when it is first asked for.
final class ParamsDefaults extends NativeCalls {
  /// Of all functions that fill a structure.
  static final FunctionDescriptor SIGNATURE = FunctionDescriptor.of(StructImage.PROBE);

  private @Nullable StructImage model;
  private @Nullable StructImage context;
  private @Nullable StructImage quantize;
  private @Nullable StructImage batch;

  ParamsDefaults(Symbols symbols) {
    super(symbols);
  }

  // struct llama_model_params llama_model_default_params(void)
  private final NativeFunction modelDefaults =
      function("llama_model_default_params", StructImage.PROBE);

  StructImage model() {
    StructImage image = model;
    if (image == null) {
      image = StructImage.measure(memory -> call(modelDefaults, memory));
      model = image;
    }
    return image;
  }

  // struct llama_context_params llama_context_default_params(void)
  private final NativeFunction contextDefaults =
      function("llama_context_default_params", StructImage.PROBE);

  StructImage context() {
    StructImage image = context;
    if (image == null) {
      image = StructImage.measure(memory -> call(contextDefaults, memory));
      context = image;
    }
    return image;
  }

  // struct llama_model_quantize_params llama_model_quantize_default_params(void)
  private final NativeFunction quantizeDefaults =
      function("llama_model_quantize_default_params", StructImage.PROBE);

  StructImage quantize() {
    StructImage image = quantize;
    if (image == null) {
      image = StructImage.measure(memory -> call(quantizeDefaults, memory));
      quantize = image;
    }
    return image;
  }

  // struct llama_batch llama_batch_get_one(llama_token * tokens, int32_t n_tokens)
  private final NativeFunction batchOfOne =
      function("llama_batch_get_one", StructImage.PROBE, POINTER, INT);

  /// The batch that the library makes of no tokens at address 0.
  StructImage batch() {
    StructImage image = batch;
    if (image == null) {
      image =
          StructImage.measure(
              memory -> {
                try {
                  return (MemorySegment)
                      batchOfOne.handle().invokeExact(memory, MemorySegment.NULL, 0);
                } catch (Throwable t) {
                  throw batchOfOne.broken(t);
                }
              });
      batch = image;
    }
    return image;
  }

  private static MemorySegment call(NativeFunction defaults, SegmentAllocator memory) {
    try {
      return (MemorySegment) defaults.handle().invokeExact(memory);
    } catch (Throwable t) {
      throw defaults.broken(t);
    }
  }
}
