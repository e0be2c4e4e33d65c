package dev.computepool.llama;

import static dev.computepool.llama.Symbols.BOOL;
import static dev.computepool.llama.Symbols.INT;
import static dev.computepool.llama.Symbols.LONG;
import static dev.computepool.llama.Symbols.POINTER;

import dev.computepool.gguf.GgmlType;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/// The functions of libggml and libggml-base that this program calls, each under its C prototype.
///
/// @see <a href="https://github.com/ggml-org/ggml/tree/master/include">ggml.h, ggml-backend.h</a>
final class GgmlCalls extends NativeCalls {
  /// `struct ggml_init_params { size_t mem_size; void * mem_buffer; bool no_alloc; }`
  static final int INIT_PARAMS = 24;

  private static final FunctionDescriptor QUANTIZE =
      FunctionDescriptor.of(LONG, INT, POINTER, POINTER, LONG, LONG, LONG, POINTER);
  private static final FunctionDescriptor VALIDATE =
      FunctionDescriptor.of(BOOL, INT, POINTER, LONG);
  private static final FunctionDescriptor TO_FLOAT =
      FunctionDescriptor.ofVoid(POINTER, POINTER, LONG);

  GgmlCalls(Symbols symbols) {
    super(symbols);
    contextCreate = function("ggml_init", POINTER, StructImage.layout(INIT_PARAMS));
  }

  // const char * ggml_version(void)
  private final NativeFunction version = function("ggml_version", POINTER);

  MemorySegment version() {
    try {
      return (MemorySegment) version.handle().invokeExact();
    } catch (Throwable t) {
      throw version.broken(t);
    }
  }

  // const char * ggml_commit(void)
  private final NativeFunction commit = function("ggml_commit", POINTER);

  MemorySegment commit() {
    try {
      return (MemorySegment) commit.handle().invokeExact();
    } catch (Throwable t) {
      throw commit.broken(t);
    }
  }

  // void ggml_backend_load_all_from_path(const char * dir_path)
  private final NativeFunction loadBackends = procedure("ggml_backend_load_all_from_path", POINTER);

  void loadBackends(MemorySegment folder) {
    try {
      loadBackends.handle().invokeExact(folder);
    } catch (Throwable t) {
      throw loadBackends.broken(t);
    }
  }

  // size_t ggml_backend_reg_count(void)
  private final NativeFunction backendCount = function("ggml_backend_reg_count", LONG);

  long backendCount() {
    try {
      return (long) backendCount.handle().invokeExact();
    } catch (Throwable t) {
      throw backendCount.broken(t);
    }
  }

  // ggml_backend_reg_t ggml_backend_reg_get(size_t index)
  private final NativeFunction backend = function("ggml_backend_reg_get", POINTER, LONG);

  MemorySegment backend(long index) {
    try {
      return (MemorySegment) backend.handle().invokeExact(index);
    } catch (Throwable t) {
      throw backend.broken(t);
    }
  }

  // const char * ggml_backend_reg_name(ggml_backend_reg_t reg)
  private final NativeFunction backendName = function("ggml_backend_reg_name", POINTER, POINTER);

  MemorySegment backendName(MemorySegment backend) {
    try {
      return (MemorySegment) backendName.handle().invokeExact(backend);
    } catch (Throwable t) {
      throw backendName.broken(t);
    }
  }

  // void * ggml_backend_reg_get_proc_address(ggml_backend_reg_t reg, const char * name)
  private final NativeFunction backendFunction =
      function("ggml_backend_reg_get_proc_address", POINTER, POINTER, POINTER);

  MemorySegment backendFunction(MemorySegment backend, MemorySegment name) {
    try {
      return (MemorySegment) backendFunction.handle().invokeExact(backend, name);
    } catch (Throwable t) {
      throw backendFunction.broken(t);
    }
  }

  // size_t ggml_backend_dev_count(void)
  private final NativeFunction deviceCount = function("ggml_backend_dev_count", LONG);

  long deviceCount() {
    try {
      return (long) deviceCount.handle().invokeExact();
    } catch (Throwable t) {
      throw deviceCount.broken(t);
    }
  }

  // ggml_backend_dev_t ggml_backend_dev_get(size_t index)
  private final NativeFunction device = function("ggml_backend_dev_get", POINTER, LONG);

  MemorySegment device(long index) {
    try {
      return (MemorySegment) device.handle().invokeExact(index);
    } catch (Throwable t) {
      throw device.broken(t);
    }
  }

  // const char * ggml_backend_dev_name(ggml_backend_dev_t device)
  private final NativeFunction deviceName = function("ggml_backend_dev_name", POINTER, POINTER);

  MemorySegment deviceName(MemorySegment device) {
    try {
      return (MemorySegment) deviceName.handle().invokeExact(device);
    } catch (Throwable t) {
      throw deviceName.broken(t);
    }
  }

  // const char * ggml_backend_dev_description(ggml_backend_dev_t device)
  private final NativeFunction deviceDescription =
      function("ggml_backend_dev_description", POINTER, POINTER);

  MemorySegment deviceDescription(MemorySegment device) {
    try {
      return (MemorySegment) deviceDescription.handle().invokeExact(device);
    } catch (Throwable t) {
      throw deviceDescription.broken(t);
    }
  }

  // void ggml_backend_dev_memory(ggml_backend_dev_t device, size_t * free, size_t * total)
  private final NativeFunction deviceMemory =
      procedure("ggml_backend_dev_memory", POINTER, POINTER, POINTER);

  void deviceMemory(MemorySegment device, MemorySegment free, MemorySegment total) {
    try {
      deviceMemory.handle().invokeExact(device, free, total);
    } catch (Throwable t) {
      throw deviceMemory.broken(t);
    }
  }

  // enum ggml_backend_dev_type ggml_backend_dev_type(ggml_backend_dev_t device)
  private final NativeFunction deviceType = function("ggml_backend_dev_type", INT, POINTER);

  int deviceType(MemorySegment device) {
    try {
      return (int) deviceType.handle().invokeExact(device);
    } catch (Throwable t) {
      throw deviceType.broken(t);
    }
  }

  // ggml_backend_reg_t ggml_backend_dev_backend_reg(ggml_backend_dev_t device)
  private final NativeFunction backendOf =
      function("ggml_backend_dev_backend_reg", POINTER, POINTER);

  MemorySegment backendOf(MemorySegment device) {
    try {
      return (MemorySegment) backendOf.handle().invokeExact(device);
    } catch (Throwable t) {
      throw backendOf.broken(t);
    }
  }

  // struct ggml_context * ggml_init(struct ggml_init_params params)
  private final NativeFunction contextCreate;

  MemorySegment contextCreate(MemorySegment params) {
    try {
      return (MemorySegment) contextCreate.handle().invokeExact(params);
    } catch (Throwable t) {
      throw contextCreate.broken(t);
    }
  }

  // void ggml_free(struct ggml_context * ctx)
  private final NativeFunction contextFree = procedure("ggml_free", POINTER);

  void contextFree(MemorySegment context) {
    try {
      contextFree.handle().invokeExact(context);
    } catch (Throwable t) {
      throw contextFree.broken(t);
    }
  }

  // struct ggml_tensor * ggml_new_tensor_2d(
  //     struct ggml_context * ctx, enum ggml_type type, int64_t ne0, int64_t ne1)
  private final NativeFunction newTensor =
      function("ggml_new_tensor_2d", POINTER, POINTER, INT, LONG, LONG);

  MemorySegment newTensor(MemorySegment context, int type, long columns, long rows) {
    try {
      return (MemorySegment) newTensor.handle().invokeExact(context, type, columns, rows);
    } catch (Throwable t) {
      throw newTensor.broken(t);
    }
  }

  // struct ggml_tensor * ggml_mul_mat(
  //     struct ggml_context * ctx, struct ggml_tensor * a, struct ggml_tensor * b)
  private final NativeFunction multiply =
      function("ggml_mul_mat", POINTER, POINTER, POINTER, POINTER);

  MemorySegment multiply(MemorySegment context, MemorySegment a, MemorySegment b) {
    try {
      return (MemorySegment) multiply.handle().invokeExact(context, a, b);
    } catch (Throwable t) {
      throw multiply.broken(t);
    }
  }

  // const char * ggml_op_desc(const struct ggml_tensor * t)
  private final NativeFunction operation = function("ggml_op_desc", POINTER, POINTER);

  MemorySegment operation(MemorySegment tensor) {
    try {
      return (MemorySegment) operation.handle().invokeExact(tensor);
    } catch (Throwable t) {
      throw operation.broken(t);
    }
  }

  // const char * ggml_get_name(const struct ggml_tensor * tensor)
  private final NativeFunction tensorName = function("ggml_get_name", POINTER, POINTER);

  MemorySegment tensorName(MemorySegment tensor) {
    try {
      return (MemorySegment) tensorName.handle().invokeExact(tensor);
    } catch (Throwable t) {
      throw tensorName.broken(t);
    }
  }

  // size_t ggml_nbytes(const struct ggml_tensor * tensor)
  private final NativeFunction tensorBytes = function("ggml_nbytes", LONG, POINTER);

  long tensorBytes(MemorySegment tensor) {
    try {
      return (long) tensorBytes.handle().invokeExact(tensor);
    } catch (Throwable t) {
      throw tensorBytes.broken(t);
    }
  }

  // void ggml_backend_tensor_get(
  //     const struct ggml_tensor * tensor, void * data, size_t offset, size_t size)
  private final NativeFunction tensorGet =
      procedure("ggml_backend_tensor_get", POINTER, POINTER, LONG, LONG);

  void tensorGet(MemorySegment tensor, MemorySegment target, long offset, long size) {
    try {
      tensorGet.handle().invokeExact(tensor, target, offset, size);
    } catch (Throwable t) {
      throw tensorGet.broken(t);
    }
  }

  // void ggml_threadpool_params_init(struct ggml_threadpool_params * p, int n_threads)
  private final NativeFunction threadPoolDefaults =
      procedure("ggml_threadpool_params_init", POINTER, INT);

  void threadPoolDefaults(MemorySegment params, int threads) {
    try {
      threadPoolDefaults.handle().invokeExact(params, threads);
    } catch (Throwable t) {
      throw threadPoolDefaults.broken(t);
    }
  }

  // size_t ggml_quantize_chunk(enum ggml_type type, const float * src, void * dst,
  //     int64_t start, int64_t nrows, int64_t n_per_row, const float * imatrix)
  private final NativeFunction quantize = measured("ggml_quantize_chunk", () -> QUANTIZE);

  long quantize(
      int type,
      MemorySegment source,
      MemorySegment target,
      long start,
      long rows,
      long columns,
      MemorySegment matrix) {
    try {
      return (long)
          quantize.handle().invokeExact(type, source, target, start, rows, columns, matrix);
    } catch (Throwable t) {
      throw quantize.broken(t);
    }
  }

  // bool ggml_validate_row_data(enum ggml_type type, const void * data, size_t nbytes)
  private final NativeFunction validate = measured("ggml_validate_row_data", () -> VALIDATE);

  boolean validate(int type, MemorySegment data, long bytes) {
    try {
      return (boolean) validate.handle().invokeExact(type, data, bytes);
    } catch (Throwable t) {
      throw validate.broken(t);
    }
  }

  // void ggml_fp16_to_fp32_row(const ggml_fp16_t * x, float * y, int64_t n)
  // void ggml_bf16_to_fp32_row(const ggml_bf16_t * x, float * y, int64_t n)
  // void dequantize_row_q4_0(const block_q4_0 * x, float * y, int64_t k), and so on
  private final Map<GgmlType, NativeFunction> toFloats = toFloats();

  private Map<GgmlType, NativeFunction> toFloats() {
    Map<GgmlType, NativeFunction> functions = new EnumMap<>(GgmlType.class);
    for (GgmlType type : GgmlType.values()) {
      String name =
          switch (type) {
            case F16 -> "ggml_fp16_to_fp32_row";
            case BF16 -> "ggml_bf16_to_fp32_row";
            default -> "dequantize_row_" + type.name().toLowerCase(Locale.ROOT).replace("_k", "_K");
          };
      NativeFunction function = optional(name, () -> TO_FLOAT);
      if (function != null) {
        functions.put(type, function);
      }
    }
    return functions;
  }

  /// Whether {@link #toFloat} has a function for this type.
  boolean hasFloats(GgmlType type) {
    return toFloats.containsKey(type);
  }

  void toFloat(GgmlType type, MemorySegment source, MemorySegment target, long elements) {
    NativeFunction function = toFloats.get(type);
    if (function == null) {
      throw new IllegalArgumentException("no floats of " + type);
    }
    try {
      function.handle().invokeExact(source, target, elements);
    } catch (Throwable t) {
      throw function.broken(t);
    }
  }
}
