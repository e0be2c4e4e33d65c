package dev.computepool.bench.torch;

import dev.computepool.bench.torch.TorchWork.Product;
import dev.computepool.bench.torch.TorchWork.Transfer;
import dev.computepool.bench.torch.TorchWork.Way;
import dev.computepool.train.torch.Argument;
import dev.computepool.train.torch.Script;
import dev.computepool.train.torch.Tensor;
import dev.computepool.train.torch.TensorScope;
import dev.computepool.train.torch.Torch;
import dev.computepool.train.torch.TorchException;
import dev.computepool.train.torch.TorchMemoryException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Nanoseconds of one operation of libtorch on large tensors.
///
/// Each call reads one number of the result: a GPU works in its own time, and would otherwise be
/// asked for more than it has done.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TorchBenchmark {
  // Tensors of 16-bit numbers are only handed on: the engine has no name for all of their types.
  private static final String TEXT =
      """
        def matrix(self, like: Tensor, h: Tensor) -> Tensor:
          n = int(h[0])
          return torch.to(torch.rand([n, n], device=like.device) - 0.5, int(h[1]))
        def ones(self, like: Tensor, h: Tensor) -> Tensor:
          return torch.ones([int(h[0])], device=like.device)
        def zeros(self, like: Tensor, h: Tensor) -> Tensor:
          return torch.zeros([int(h[0])], device=like.device)
        def product(self, a: Tensor, b: Tensor, c: Tensor) -> Tensor:
          torch.mm(a, b, out=c)
          return torch.to(c[0, 0:1], 6)
        def row(self, a: Tensor) -> Tensor:
          return torch.to(a[0], 6)
        def column(self, a: Tensor) -> Tensor:
          return torch.to(a[:, 0], 6)
        def copy(self, a: Tensor, b: Tensor) -> Tensor:
          torch.copy_(b, a)
          return b[-1:]
        def read(self, a: Tensor) -> Tensor:
          return torch.sum(a).view([1])
      """;

  // What adding up loses: the products of 16-bit numbers are added as floats of 32 bits or less.
  private static final double TOLERANCE = 0.02;

  /// What is done: a {@link TorchWork} as text.
  @Param("product/f32/8")
  public String work = "";

  /// Threads that compute.
  @Param("1")
  public int threads = 1;

  /// What computes.
  @Param("CPU")
  public Torch.Target device = Torch.Target.CPU;

  private List<TensorScope> scopes = List.of();
  private @Nullable Script script;
  private String method = "";
  private Argument[] arguments = {};
  private @Nullable TorchException failure;

  /// Makes the tensors, and checks what is computed with them.
  @Setup
  public void open() throws TorchException {
    TorchWork parsed = TorchWork.parse(work);
    boolean two = parsed instanceof Transfer t && t.way().isBetweenMemories();
    // Whatever a tensor is made like says where it is made.
    TensorScope there = Torch.start(device, threads).open();
    TensorScope here = two ? Torch.start(Torch.Target.CPU, threads).open() : there;
    scopes = List.of(there, here);
    Script loaded = Script.load(there, TEXT);
    script = loaded;
    try {
      switch (parsed) {
        case Product product -> matrices(loaded, there, product);
        case Transfer(Way way, long bytes) -> vectors(loaded, there, here, way, bytes);
      }
    } catch (TorchException e) {
      if (!(e instanceof TorchMemoryException) && !TorchProcess.isUnsupported(e)) {
        throw e;
      }
      failure = e;
    }
  }

  private void matrices(Script loaded, TensorScope scope, Product product) throws TorchException {
    Argument like = Argument.of(scope.zeros(1));
    Argument extents =
        Argument.of(scope.longs(new long[] {product.size(), product.type().code()}, 2));
    Argument a = Argument.of(one(loaded, scope, "matrix", like, extents));
    Argument b = Argument.of(one(loaded, scope, "matrix", like, extents));
    Argument c = Argument.of(one(loaded, scope, "matrix", like, extents));
    method = "product";
    arguments = new Argument[] {a, b, c};
    float[] row = one(loaded, scope, "row", a).floats();
    float[] column = one(loaded, scope, "column", b).floats();
    double expected = 0;
    double length = 0;
    for (int i = 0; i < row.length; i++) {
      expected += (double) row[i] * column[i];
      length += Math.abs((double) row[i] * column[i]);
    }
    require(one(loaded, scope, method, arguments).scalar(), expected, length * TOLERANCE);
  }

  private void vectors(Script loaded, TensorScope there, TensorScope here, Way way, long bytes)
      throws TorchException {
    long count = bytes / Float.BYTES;
    TensorScope from = way == Way.UPLOAD ? here : there;
    TensorScope to = way == Way.DOWNLOAD ? here : there;
    Argument ones = Argument.of(filled(loaded, from, "ones", count));
    method = way == Way.READ ? "read" : "copy";
    arguments =
        way == Way.READ
            ? new Argument[] {ones}
            : new Argument[] {ones, Argument.of(filled(loaded, to, "zeros", count))};
    double expected = way == Way.READ ? count : 1;
    require(one(loaded, to, method, arguments).scalar(), expected, expected * 1e-3);
  }

  private static Tensor filled(Script script, TensorScope scope, String method, long count)
      throws TorchException {
    return one(
        script,
        scope,
        method,
        Argument.of(scope.zeros(1)),
        Argument.of(scope.longs(new long[] {count}, 1)));
  }

  private static Tensor one(Script script, TensorScope scope, String method, Argument... arguments)
      throws TorchException {
    return script.call(scope, method, false, arguments).getFirst();
  }

  private static void require(double result, double expected, double tolerance) {
    if (!(Math.abs(result - expected) <= tolerance)) {
      throw new IllegalStateException(
          "the result is %s, not %s: nothing is measured of what is wrong"
              .formatted(result, expected));
    }
  }

  @TearDown
  public void close() {
    scopes.forEach(TensorScope::close);
  }

  /// Does it once.
  @Benchmark
  public double once(Told told) throws TorchException {
    if (failure != null || script == null) {
      told.outOfMemory = failure instanceof TorchMemoryException ? 1 : 0;
      told.unsupported = 1 - told.outOfMemory;
      return 0;
    }
    try (TensorScope work = scopes.getFirst().open()) {
      return one(script, work, method, arguments).scalar();
    }
  }
}
