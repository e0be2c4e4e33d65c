package dev.computepool.tests;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A small PDF of one page, as ISO 32000 has it: five objects, a table of where they are, and where
/// that is.
final class Pdf {
  private Pdf() {}

  /// A heading in large letters, and lines below it that are one paragraph.
  static byte[] of(String heading, List<String> lines) {
    StringBuilder text = new StringBuilder("BT /F1 20 Tf 72 720 Td (%s) Tj\n".formatted(heading));
    text.append("/F1 10 Tf 0 -30 Td\n");
    for (String line : lines) {
      text.append("(%s) Tj 0 -12 Td\n".formatted(line));
    }
    text.append("ET");
    List<String> objects =
        List.of(
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R"
                + " /Resources << /Font << /F1 4 0 R >> >> >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            "<< /Length %d >>\nstream\n%s\nendstream".formatted(text.length(), text));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ascii("%PDF-1.4\n"));
    List<Integer> offsets = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      offsets.add(out.size());
      out.writeBytes(ascii("%d 0 obj\n%s\nendobj\n".formatted(i + 1, objects.get(i))));
    }
    int table = out.size();
    out.writeBytes(ascii("xref\n0 %d\n0000000000 65535 f \n".formatted(objects.size() + 1)));
    offsets.forEach(offset -> out.writeBytes(ascii("%010d 00000 n \n".formatted(offset))));
    out.writeBytes(
        ascii(
            "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
                .formatted(objects.size() + 1, table)));
    return out.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
