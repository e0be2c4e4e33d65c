package dev.computepool.train.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A TorchScript class that was written by Java and is run by libtorch, as long as its scope
/// lives.
///
/// DJL's own arrays are not used to compute: their operations with numbers read memory that was
/// freed, and each result stays until somebody closes it. Here one call is a whole step.
public final class Script {
  private final PtSymbolBlock module;

  private Script(PtSymbolBlock module) {
    this.module = module;
  }

  /// Loads a script.
  ///
  /// @param methods the text of the methods of a class `M`, indented by two spaces, as
  ///     `torch.jit.save` writes them or shorter
  /// @throws TorchException if it is no TorchScript
  public static Script load(TensorScope scope, String methods) throws TorchException {
    return load(scope.manager(), methods);
  }

  static Script load(PtNDManager manager, String methods) throws TorchException {
    byte[] archive = ScriptArchive.of(methods);
    try {
      PtSymbolBlock module =
          JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
      return new Script(module);
    } catch (EngineException | IOException e) {
      throw new TorchException("a script does not load: " + e.getMessage(), e);
    }
  }

  /// Calls a method that returns a tensor or a list of them.
  ///
  /// @param differentiating whether it computes derivatives; without, nothing is kept for them
  /// @return what it returns, owned by `scope`
  /// @throws TorchMemoryException if memory runs out
  /// @throws TorchException if an operation fails
  public List<Tensor> call(
      TensorScope scope, String method, boolean differentiating, Argument... arguments)
      throws TorchException {
    NDList inputs = new NDList();
    int number = 0;
    for (Argument argument : arguments) {
      switch (argument) {
        case Argument.One(Tensor tensor) -> inputs.add(named(tensor, null));
        case Argument.Many(List<Tensor> tensors) -> {
          String name = "list" + number + "[]";
          tensors.forEach(tensor -> inputs.add(named(tensor, name)));
        }
      }
      number++;
    }
    // Both settings belong to the thread that calls.
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(differentiating);
    try (NDArray choice = scope.manager().zeros(new Shape(1), DataType.INT8)) {
      choice.setName("module_method:" + method);
      inputs.add(choice);
      List<Tensor> results = new ArrayList<>();
      for (NDArray result : IValueUtils.forward(module, inputs, differentiating)) {
        result.attach(scope.manager());
        results.add(new Tensor(result));
      }
      return results;
    } catch (EngineException e) {
      throw failure(method, e);
    }
  }

  static TorchException failure(String what, EngineException e) {
    String message = String.valueOf(e.getMessage());
    return TorchMemoryException.isSignOf(message)
        ? TorchMemoryException.of(message, e)
        : new TorchException(what + " failed: " + lastLine(message), e);
  }

  /// What went wrong comes last, after the lines of the script that led to it.
  private static String lastLine(String message) {
    return message.strip().lines().reduce("", (_, line) -> line.isBlank() ? "" : line.strip());
  }

  private static PtNDArray named(Tensor tensor, @Nullable String name) {
    tensor.array().setName(name);
    return tensor.array();
  }
}
