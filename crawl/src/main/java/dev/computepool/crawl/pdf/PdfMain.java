package dev.computepool.crawl.pdf;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.fontbox.FontBoxFont;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.pdmodel.font.CIDFontMapping;
import org.apache.pdfbox.pdmodel.font.FontMapper;
import org.apache.pdfbox.pdmodel.font.FontMappers;
import org.apache.pdfbox.pdmodel.font.FontMapping;
import org.apache.pdfbox.pdmodel.font.PDCIDSystemInfo;
import org.apache.pdfbox.pdmodel.font.PDFontDescriptor;
import org.jspecify.annotations.Nullable;

/// The process that reads PDFs: each comes with its length from standard input and goes as text to
/// standard output. What is broken may end it, and what takes too long does.
public final class PdfMain {
  /// The exit status when a PDF took too long.
  static final int TOO_SLOW = 4;

  /// What follows a read PDF: its title and its Markdown.
  static final int READ = 0;

  /// The same, if its owner forbids to take text out of it.
  static final int FORBIDDEN = 1;

  /// What follows one that is not: the reason.
  static final int UNREADABLE = 2;

  private static final String FONT = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

  private PdfMain() {}

  /// Reads PDFs until there are no more.
  ///
  /// @param args the seconds that one may take
  public static void main(String[] args) throws IOException {
    long seconds = Long.parseLong(args[0]);
    // No library prints, but this is a program: its streams are how PdfReader speaks to it. What
    // PDFBox might print must not come between the answers.
    PrintStream out = System.out;
    System.setOut(System.err);
    FontMappers.set(new OneFont());
    try (ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream answers = new DataOutputStream(out)) {
      while (true) {
        byte[] pdf;
        try {
          pdf = in.readNBytes(in.readInt());
        } catch (EOFException e) {
          return;
        }
        Future<?> end =
            clock.schedule(() -> Runtime.getRuntime().halt(TOO_SLOW), seconds, TimeUnit.SECONDS);
        answer(pdf, answers);
        end.cancel(false);
      }
    }
  }

  private static void answer(byte[] pdf, DataOutputStream out) throws IOException {
    try (PDDocument document = Loader.loadPDF(new RandomAccessReadBuffer(pdf))) {
      boolean allowed = document.getCurrentAccessPermission().canExtractContent();
      String markdown = PdfMarkdown.of(PdfLines.of(document));
      String title = document.getDocumentInformation().getTitle();
      out.writeByte(allowed ? READ : FORBIDDEN);
      write(out, PdfMarkdown.title(title, markdown));
      write(out, markdown);
    } catch (InvalidPasswordException e) {
      fail(out, "it needs a password");
    } catch (IOException e) {
      fail(out, "it is damaged: " + e.getMessage());
    }
    out.flush();
  }

  private static void fail(DataOutputStream out, String why) throws IOException {
    out.writeByte(UNREADABLE);
    write(out, why);
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /// One font in place of all that a PDF does not bring along: those of the system are not looked
  /// for, which takes seconds and would make the text depend on the machine.
  private static final class OneFont implements FontMapper {
    private final TrueTypeFont font;

    OneFont() throws IOException {
      try (InputStream in =
          Objects.requireNonNull(PDDocument.class.getResourceAsStream(FONT), FONT)) {
        font = new TTFParser().parse(new RandomAccessReadBuffer(in));
      }
    }

    @Override
    public FontMapping<TrueTypeFont> getTrueTypeFont(
        String name, @Nullable PDFontDescriptor descriptor) {
      return new FontMapping<>(font, true);
    }

    @Override
    public FontMapping<FontBoxFont> getFontBoxFont(
        String name, @Nullable PDFontDescriptor descriptor) {
      return new FontMapping<>(font, true);
    }

    @Override
    public CIDFontMapping getCIDFont(
        String name, @Nullable PDFontDescriptor descriptor, @Nullable PDCIDSystemInfo info) {
      return new CIDFontMapping(null, font, true);
    }
  }
}
