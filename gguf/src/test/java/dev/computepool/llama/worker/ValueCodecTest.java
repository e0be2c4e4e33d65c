package dev.computepool.llama.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Progress;
import dev.computepool.gguf.GgmlType;
import dev.computepool.llama.FileType;
import dev.computepool.llama.MetadataOverride.BoolOverride;
import dev.computepool.llama.MetadataOverride.FloatOverride;
import dev.computepool.llama.MetadataOverride.IntOverride;
import dev.computepool.llama.MetadataOverride.TextOverride;
import dev.computepool.llama.QuantizeSettings;
import dev.computepool.llama.QuantizeSettings.TensorRule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ValueCodecTest {
  private static final QuantizeSettings SETTINGS =
      new QuantizeSettings(
          FileType.Q4_K_M,
          3,
          GgmlType.Q6_K,
          null,
          List.of(new TensorRule("attn", GgmlType.F16), new TensorRule("ä→𝄞", GgmlType.F32)),
          List.of(
              new IntOverride("a", -1L),
              new FloatOverride("b", 0.25),
              new BoolOverride("c", true),
              new TextOverride("d", "x".repeat(100_000))),
          List.of(1, 2),
          true,
          false,
          true,
          false);

  private static byte[] written(Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      ValueCodec.write(out, value);
    }
    return bytes.toByteArray();
  }

  private static @Nullable Object read(byte[] bytes) throws IOException {
    return ValueCodec.read(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  @Test
  void recordsComeBackAsTheyWere() throws IOException {
    assertEquals(SETTINGS, read(written(SETTINGS)));
    Message begun = new Message.Begun(1, "Quantizing", 1L << 40, Progress.Unit.BYTES);
    assertEquals(begun, read(written(begun)));
    assertEquals(new Message.Done(7L), read(written(new Message.Done(7L))));
    assertEquals(Arrays.asList("a", null, ""), read(written(Arrays.asList("a", null, ""))));
  }

  @Test
  void whatIsNoRecordComesBackToo() throws IOException {
    Message.Failed failed =
        assertInstanceOf(
            Message.Failed.class,
            read(written(new Message.Failed(new NoSuchFileException("/none")))));
    assertEquals("/none", assertInstanceOf(IOException.class, failed.failure()).getMessage());
    assertArrayEquals(new float[] {1, 2}, (float[]) read(written(new float[] {1, 2})));
  }

  @Test
  void whatCannotBeSentIsRefused() {
    assertThrows(NotSerializableException.class, () -> written(new Object()));
  }

  @Test
  void everyTruncationIsAnError() throws IOException {
    byte[] whole = written(new Message.Done(SETTINGS.with(new IntOverride("e", 5))));
    for (int length = 0; length < whole.length; length = length < 600 ? length + 1 : length * 2) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThrows(IOException.class, () -> read(part), "of " + length + " bytes");
    }
  }

  @Test
  void classesOfOthersAreRefused() throws IOException {
    byte[] bytes = written(new Message.Ended(3));
    byte[] text =
        new String(bytes, StandardCharsets.ISO_8859_1)
            .replace("dev.comp", "dex.comp")
            .getBytes(StandardCharsets.ISO_8859_1);

    IOException e = assertThrows(IOException.class, () -> read(text));
    assertTrue(String.valueOf(e.getMessage()).startsWith("class dex.computepool."), e::getMessage);
  }
}
