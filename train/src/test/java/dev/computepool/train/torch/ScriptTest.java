package dev.computepool.train.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class ScriptTest {
  @BeforeAll
  static void needsTorch() {
    assumeTrue(TorchFiles.arePresent(), "no PyTorch library in " + TorchFiles.folder());
  }

  private static TensorScope scope() throws TorchException {
    return Torch.start(Torch.Target.CPU, 1).open();
  }

  @Test
  void differentiatesWhatItComputes() throws IOException {
    try (TensorScope scope = scope()) {
      Script script =
          Script.load(
              scope,
              """
                def slope(self, x: Tensor, W: List[Tensor]) -> List[Tensor]:
                  y = torch.sum(x * W[0] * W[0] * W[1])
                  g = torch.grad([y], W)
                  return [torch.detach(y)] + [torch._unwrap_optional(d) for d in g]
              """);
      Tensor x = scope.floats(new float[] {1, 2}, 2);
      Tensor a = scope.floats(new float[] {3, 4}, 2);
      Tensor b = scope.floats(new float[] {5, 6}, 2);
      a.track();
      b.track();
      List<Tensor> results =
          script.call(scope, "slope", true, Argument.of(x), Argument.of(List.of(a, b)));
      assertEquals(3, results.size());
      assertEquals(237, results.get(0).scalar());
      assertArrayEquals(new float[] {30, 96}, results.get(1).floats());
      assertArrayEquals(new float[] {9, 32}, results.get(2).floats());
    }
  }

  @Test
  void copiesRunsOfATensor() throws IOException {
    try (TensorScope scope = scope()) {
      Tensor tensor = scope.zeros(2, 3);
      scope.write(tensor, 2, new float[] {7, 8, 9}, 2);
      assertArrayEquals(new float[] {0, 0, 7, 8, 0, 0}, tensor.floats());
      assertArrayEquals(new float[] {7, 8, 0}, scope.read(tensor, 2, 3));
      assertThrows(IllegalArgumentException.class, () -> scope.read(tensor, 4, 3));
    }
  }

  @Test
  void tellsWhatAScriptDoesWrong() throws IOException {
    try (TensorScope scope = scope()) {
      assertThrows(
          TorchException.class,
          () -> Script.load(scope, "  def broken(self) -> Tensor:\n    retur"));
      Script script =
          Script.load(
              scope,
              """
                def product(self, x: Tensor, y: Tensor) -> Tensor:
                  return torch.mm(x, y)
              """);
      Tensor x = scope.zeros(2, 3);
      TorchException failure =
          assertThrows(
              TorchException.class,
              () -> script.call(scope, "product", false, Argument.of(x), Argument.of(x)));
      assertEquals(
          "product failed: RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)",
          failure.getMessage());
    }
  }

  @Test
  void tellsWhenMemoryRunsOut() throws IOException {
    try (TensorScope scope = scope()) {
      TorchMemoryException failure =
          assertThrows(TorchMemoryException.class, () -> scope.zeros(1L << 48));
      assertEquals(OptionalLong.of(1L << 50), failure.bytes());
      assertTrue(scope.zeros(1).elements() == 1);
    }
  }
}
