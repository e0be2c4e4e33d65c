package dev.computepool.crawl.pdf;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.form.PDFormXObject;
import org.junit.jupiter.api.Test;

class PdfReaderTest {
  private static final PDFont TEXT = new PDType1Font(FontName.HELVETICA);
  private static final PDFont CODE = new PDType1Font(FontName.COURIER);

  /// A line to write: how far below the last one, in which font and size.
  private record Line(float down, float left, PDFont font, float size, String text) {}

  private static Line text(float down, String text) {
    return new Line(down, 72, TEXT, 10, text);
  }

  private static Line heading(float size, String text) {
    return new Line(40, 72, TEXT, size, text);
  }

  private static Line code(float down, int indent, String text) {
    return new Line(down, 72 + indent * 6, CODE, 10, text);
  }

  private static void page(PDDocument document, List<Line> lines) throws IOException {
    PDPage page = new PDPage();
    document.addPage(page);
    try (PDPageContentStream out = new PDPageContentStream(document, page)) {
      float y = 760;
      for (Line line : lines) {
        y -= line.down();
        out.beginText();
        out.setFont(line.font(), line.size());
        out.newLineAtOffset(line.left(), y);
        out.showText(line.text());
        out.endText();
      }
    }
  }

  private static byte[] bytes(PDDocument document) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    document.save(out);
    return out.toByteArray();
  }

  private static byte[] manual() throws IOException {
    try (PDDocument document = new PDDocument()) {
      document.getDocumentInformation().setTitle("Microsoft Word - manual.doc");
      page(
          document,
          List.of(
              text(0, "Acme manual, version 3"),
              heading(20, "The kettle"),
              text(30, "A kettle boils water. It has a lid, a han-"),
              text(12, "dle and a spout, and it comes in three"),
              text(12, "colours."),
              heading(14, "Starting it"),
              text(30, "Type this:"),
              code(24, 0, "kettle start {"),
              code(12, 2, "heat: 100"),
              code(12, 0, "}"),
              text(30, "It then does what this list says, and the list"),
              text(300, "1")));
      page(
          document,
          List.of(
              text(0, "Acme manual, version 3"),
              text(30, "goes on here."),
              text(24, "• heat the water"),
              text(24, "• whistle"),
              text(500, "2")));
      page(
          document,
          List.of(
              text(0, "Acme manual, version 3"),
              heading(14, "Stopping it"),
              text(30, "Take it off."),
              text(500, "3")));
      return bytes(document);
    }
  }

  private static PdfText read(byte[] pdf) throws IOException {
    try (PdfReader reader = PdfReader.open(true, Duration.ofMinutes(2))) {
      return reader.read(pdf);
    }
  }

  @Test
  void headingsCodeAndParagraphsAreToldByTheirFonts() throws IOException {
    assertEquals(
        new PdfText.Read(
            "The kettle",
            """
            # The kettle

            A kettle boils water. It has a lid, a handle and a spout, and it comes in three colours.

            ## Starting it

            Type this:

            ```
            kettle start {
              heat: 100
            }
            ```

            It then does what this list says, and the list goes on here.

            - heat the water
            - whistle

            ## Stopping it

            Take it off.\
            """,
            true),
        read(manual()));
  }

  @Test
  void aProtectedPdfIsReadUnlessItNeedsAPassword() throws IOException {
    AccessPermission noCopies = new AccessPermission();
    noCopies.setCanExtractContent(false);
    assertEquals(new PdfText.Read("", "A secret.", false), read(encrypted("", noCopies)));
    assertEquals(
        new PdfText.Unreadable("it needs a password"),
        read(encrypted("user", new AccessPermission())));
  }

  private static byte[] encrypted(String password, AccessPermission permission) throws IOException {
    try (PDDocument document = new PDDocument()) {
      page(document, List.of(text(30, "A secret.")));
      document.protect(new StandardProtectionPolicy("owner", password, permission));
      return bytes(document);
    }
  }

  @Test
  void damagedPdfsDoNotKeepTheNextOneFromBeingRead() throws IOException {
    byte[] whole = manual();
    try (PdfReader reader = PdfReader.open(true, Duration.ofMinutes(2))) {
      PdfText expected = reader.read(whole);
      for (int length = 0; length < whole.length; length += 97) {
        PdfText cut = reader.read(Arrays.copyOf(whole, length));
        assertTrue(
            cut instanceof PdfText.Unreadable || cut instanceof PdfText.Read, cut.toString());
      }
      byte[] none = "%PDF-1.7\nno".getBytes(US_ASCII);
      assertInstanceOf(PdfText.Unreadable.class, reader.read(none));
      assertEquals(expected, reader.read(whole));
    }
  }

  /// A text of a GiB that takes a MiB.
  private static byte[] bomb() throws IOException {
    byte[] letters = new byte[1 << 20];
    Arrays.fill(letters, (byte) 'a');
    try (PDDocument document = new PDDocument()) {
      PDPage page = new PDPage();
      document.addPage(page);
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (OutputStream out = new DeflaterOutputStream(packed)) {
        out.write('(');
        for (int i = 0; i < 1 << 10; i++) {
          out.write(letters);
        }
      }
      PDStream content = new PDStream(document);
      try (OutputStream out = content.getCOSObject().createRawOutputStream()) {
        packed.writeTo(out);
      }
      content.getCOSObject().setItem(COSName.FILTER, COSName.FLATE_DECODE);
      page.setContents(content);
      return bytes(document);
    }
  }

  /// A drawing that has ten of another, which has ten of the next: ten thousand million in all.
  private static byte[] labyrinth() throws IOException {
    try (PDDocument document = new PDDocument()) {
      PDPage page = new PDPage();
      document.addPage(page);
      PDResources resources = new PDResources();
      for (int depth = 0; depth < 10; depth++) {
        PDFormXObject form = new PDFormXObject(document);
        form.setBBox(new PDRectangle(10, 10));
        form.setResources(resources);
        try (OutputStream out = form.getStream().createOutputStream()) {
          out.write(depth == 0 ? "q Q".getBytes(US_ASCII) : "/F Do ".repeat(10).getBytes(US_ASCII));
        }
        resources = new PDResources();
        resources.put(COSName.getPDFName("F"), form);
      }
      page.setResources(resources);
      PDStream content = new PDStream(document);
      try (OutputStream out = content.createOutputStream()) {
        out.write("/F Do".getBytes(US_ASCII));
      }
      page.setContents(content);
      return bytes(document);
    }
  }

  @Test
  void hostilePdfsEndTheirProcessAndNotThisOne() throws IOException {
    try (PdfReader reader = PdfReader.open(true, Duration.ofMinutes(5))) {
      assertEquals(new PdfText.Unreadable("it needs more than 320 MiB"), reader.read(bomb()));
      assertInstanceOf(PdfText.Read.class, reader.read(manual()));
    }
    try (PdfReader reader = PdfReader.open(true, Duration.ofSeconds(2))) {
      assertEquals(new PdfText.Unreadable("it takes longer than 2 s"), reader.read(labyrinth()));
    }
  }

  @Test
  void withoutPdfBoxThereIsNoText() throws IOException {
    try (PdfReader reader = PdfReader.open(false, Duration.ofSeconds(2))) {
      assertEquals(new PdfText.Unsupported(), reader.read(manual()));
    }
  }
}
