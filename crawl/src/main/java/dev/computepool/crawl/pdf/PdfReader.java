package dev.computepool.crawl.pdf;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads PDFs in a process of its own, so that one which blows up ends that process and not this
/// one: it has {@value #MEMORY_MIB} MiB, and a limited time for each PDF. It is started for the
/// first of them, and again after it ended.
public final class PdfReader implements Closeable {
  private static final int MEMORY_MIB = 320;
  private static final Duration TIME = Duration.ofSeconds(30);
  private static final int OUT_OF_MEMORY = 3;
  private static final int MAX_TEXT = 64 << 20;
  private static final long END_SECONDS = 5;
  private static final String LIBRARY = "org/apache/pdfbox/Loader.class";

  private final boolean there;
  private final Duration time;
  private volatile @Nullable Process process;
  private volatile boolean closed;

  private PdfReader(boolean there, Duration time) {
    this.there = there;
    this.time = time;
  }

  /// Gets ready; no process is started yet.
  public static PdfReader open() {
    return new PdfReader(isThere(), TIME);
  }

  /// For tests: with or without PDFBox, and another limit.
  static PdfReader open(boolean there, Duration time) {
    return new PdfReader(there, time);
  }

  /// Whether PDFBox is on the class path. None of it is loaded for that.
  public static boolean isThere() {
    return PdfReader.class.getClassLoader().getResource(LIBRARY) != null;
  }

  /// Reads a PDF.
  ///
  /// @throws IOException if there can be no process
  public synchronized PdfText read(byte[] pdf) throws IOException {
    if (!there) {
      return new PdfText.Unsupported();
    }
    Process running = process;
    if (running == null || !running.isAlive()) {
      running = start();
    }
    try {
      return answer(running, pdf);
    } catch (IOException e) {
      // The streams end with the process: its exit status says more than they do.
      return new PdfText.Unreadable(end(running));
    }
  }

  private static PdfText answer(Process running, byte[] pdf) throws IOException {
    DataOutputStream out = new DataOutputStream(running.getOutputStream());
    out.writeInt(pdf.length);
    out.write(pdf);
    out.flush();
    DataInputStream in = new DataInputStream(running.getInputStream());
    int kind = in.readByte();
    return switch (kind) {
      case PdfMain.READ, PdfMain.FORBIDDEN ->
          new PdfText.Read(text(in), text(in), kind == PdfMain.READ);
      case PdfMain.UNREADABLE -> new PdfText.Unreadable(text(in));
      default -> throw new IOException("an answer of kind " + kind);
    };
  }

  private static String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_TEXT) {
      throw new IOException("a text of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private Process start() throws IOException {
    if (closed) {
      throw new IOException("the reader of PDFs is closed");
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + MEMORY_MIB + "m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:disable",
                "-Xrs", // Ctrl-C reaches the whole group: this process is to end at once
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                PdfMain.class.getName(),
                Long.toString(time.toSeconds())));
    Process started = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process = started;
    if (closed) {
      started.destroyForcibly();
    }
    return started;
  }

  /// Why a process ended while it read.
  private String end(Process ended) {
    try {
      if (!ended.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        ended.destroyForcibly();
        return "its reader is stuck";
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ended.destroyForcibly();
      return "reading it was interrupted";
    }
    return switch (ended.exitValue()) {
      case PdfMain.TOO_SLOW -> "it takes longer than %d s".formatted(time.toSeconds());
      case OUT_OF_MEMORY -> "it needs more than %d MiB".formatted(MEMORY_MIB);
      default -> "it is damaged";
    };
  }

  /// Ends the process, also while it reads.
  @Override
  public void close() {
    closed = true;
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
    }
  }
}
